package settings

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Setting describes one setting.
type Setting struct {
	Key      string   // as in firn.toml: "diagnostics.delay"
	Type     string   // in words
	Values   []string // the valid ones, if they can be listed
	Default  string   // as in firn.toml
	Flag     string   // without dashes; "" if there is none
	UserOnly bool     // a project cannot set it
	Prefixes []string // with one of which and a colon each element of a list begins, if there are any
	Doc      string   // Markdown

	index []int
	max   time.Duration
}

// Env returns the variable that sets s.
func (s Setting) Env() string {
	return "FIRN_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(s.Key))
}

// Name returns the key in the notation of editors: "language.pipeOperators".
func (s Setting) Name() string { return camel(s.Key) }

// Summary returns the first sentence of the documentation as plain text, in
// the manner of flags.
func (s Setting) Summary() string {
	text := strings.ReplaceAll(strings.ReplaceAll(s.Doc, "`", ""), "\n", " ")
	text, _, _ = strings.Cut(text, ". ")
	text = strings.TrimSuffix(text, ".")
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// Placeholder stands for the value where a flag is explained.
func (s Setting) Placeholder() string {
	if len(s.Values) > 0 {
		return strings.Join(s.Values, "|")
	}
	return strings.TrimPrefix(strings.TrimPrefix(s.Type, "a "), "an ")
}

// Group returns the part of the key before the dot.
func (s Setting) Group() string {
	group, _, _ := strings.Cut(s.Key, ".")
	return group
}

// List returns all settings in the order of their declaration.
func List() []Setting {
	var out []Setting
	defaults := reflect.ValueOf(Default()).Elem()
	for i := range defaults.NumField() {
		group := defaults.Type().Field(i)
		for j := range group.Type.NumField() {
			f := group.Type.Field(j)
			s := Setting{
				Key:      group.Tag.Get("toml") + "." + f.Tag.Get("toml"),
				Type:     typeName(f.Type),
				Values:   strings.Fields(f.Tag.Get("oneof")),
				Default:  show(defaults.Field(i).Field(j)),
				Flag:     f.Tag.Get("flag"),
				UserOnly: f.Tag.Get("scope") == "user",
				Prefixes: strings.Fields(f.Tag.Get("prefixes")),
				index:    []int{i, j},
			}
			s.Doc = docs[s.Key]
			if m := f.Tag.Get("max"); m != "" {
				s.max, _ = time.ParseDuration(m)
			}
			out = append(out, s)
		}
	}
	return out
}

// Groups returns the groups of settings with what each is about.
func Groups() (names, about []string) {
	t := reflect.TypeFor[Settings]()
	for f := range t.Fields() {
		name := f.Tag.Get("toml")
		names, about = append(names, name), append(about, docs[name])
	}
	return names, about
}

// Set sets what a string says, as a variable or a flag does. Elements of a
// list are separated by commas.
func (s Setting) Set(into *Settings, value string) error {
	field := reflect.ValueOf(into).Elem().FieldByIndex(s.index)
	switch field.Interface().(type) {
	case bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is not true or false", value)
		}
		return s.assign(field, b)
	case []string:
		list := []any{}
		for e := range strings.SplitSeq(value, ",") {
			if e = strings.TrimSpace(e); e != "" {
				list = append(list, e)
			}
		}
		return s.assign(field, list)
	}
	return s.assign(field, value)
}

// set sets a value that was decoded from TOML or JSON.
func (s Setting) set(into *Settings, value any) error {
	return s.assign(reflect.ValueOf(into).Elem().FieldByIndex(s.index), value)
}

func (s Setting) assign(field reflect.Value, value any) error {
	switch field.Interface().(type) {
	case bool:
		if b, ok := value.(bool); ok {
			field.SetBool(b)
			return nil
		}
	case time.Duration:
		if text, ok := value.(string); ok {
			return s.assignDuration(field, text)
		}
	case string:
		if text, ok := value.(string); ok {
			return s.assignString(field, text)
		}
	case []string:
		if list, ok := value.([]any); ok {
			return s.assignList(field, list)
		}
	}
	return fmt.Errorf("%v is not %s", value, s.Type)
}

func (s Setting) assignDuration(field reflect.Value, text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is not a duration like \"5ms\" or \"1.5s\"", text)
	}
	if d < 0 || s.max > 0 && d > s.max {
		return fmt.Errorf("%s is not between 0s and %s", d, s.max)
	}
	field.SetInt(int64(d))
	return nil
}

func (s Setting) assignString(field reflect.Value, text string) error {
	if len(s.Values) > 0 && !slices.Contains(s.Values, text) {
		return fmt.Errorf("%q is not one of %s", text, strings.Join(s.Values, ", "))
	}
	field.SetString(text)
	return nil
}

func (s Setting) assignList(field reflect.Value, list []any) error {
	texts := make([]string, len(list))
	for i, e := range list {
		text, ok := e.(string)
		if !ok {
			return fmt.Errorf("%v is not a string", e)
		}
		if prefix, rest, _ := strings.Cut(text, ":"); len(s.Prefixes) > 0 && (rest == "" || !slices.Contains(s.Prefixes, prefix)) {
			return fmt.Errorf("%q is not one of %s:…", text, strings.Join(s.Prefixes, ":…, "))
		}
		texts[i] = text
	}
	field.Set(reflect.ValueOf(texts))
	return nil
}

func typeName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[bool]():
		return "a boolean"
	case reflect.TypeFor[time.Duration]():
		return "a duration"
	case reflect.TypeFor[[]string]():
		return "a list of strings"
	}
	return "a string"
}

// show writes a value as in firn.toml.
func show(v reflect.Value) string {
	switch v := v.Interface().(type) {
	case time.Duration:
		return strconv.Quote(v.String())
	case string:
		return strconv.Quote(v)
	case []string:
		quoted := make([]string, len(v))
		for i, e := range v {
			quoted[i] = strconv.Quote(e)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}

// camel turns kebab-case into camelCase.
func camel(key string) string {
	var b strings.Builder
	up := false
	for _, r := range key {
		switch {
		case r == '-':
			up = true
		case up:
			b.WriteString(strings.ToUpper(string(r)))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
