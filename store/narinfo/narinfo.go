// Package narinfo reads and writes the texts of a binary cache: the .narinfo file
// that describes an object, nix-cache-info, which describes the cache, and the
// listing of what is in an archive (Nix manual, Serving a Nix store via HTTP and
// Nix Archive Listing; that of narinfo files is described by what Nix 2.34 does).
//
// What is accepted is what Nix accepts, with two exceptions: a key may be followed
// by nothing but the end of its line, where Nix takes the next line for the value,
// and the hash of an archive must be a SHA-256, since no other is in a signature.
package narinfo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"firn/store"
	"firn/store/hash"
	"firn/store/path"
)

// File is the content of a narinfo file. Of the Info it has no time and never the
// word of the machine it came from that it was built there.
type File struct {
	store.Info
	URL         string    // of the compressed archive, relative to the cache unless it has a scheme
	Compression string    // the name of a method as Nix has it, such as "xz"; "none" for none
	FileHash    hash.Hash // of the compressed archive; none if it is not told
	FileSize    int64     // of it, in bytes; 0 if it is not told
}

// Extension ends the names of narinfo files, behind the hash part of a path.
const Extension = ".narinfo"

// defaultCompression is that of files which do not tell, from before there was
// another.
const defaultCompression = "bzip2"

const unknownDeriver = "unknown-deriver"

// Parse reads a narinfo file of a cache with objects of dir. The signatures are not
// verified.
func Parse(dir path.Dir, text []byte) (*File, error) {
	p := parser{dir: dir}
	for rest := string(text); rest != ""; {
		p.line++
		line, after, ok := strings.Cut(rest, "\n")
		if !ok {
			return nil, p.corrupt(errors.New("the file ends in the middle of a line"))
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, p.corrupt(errors.New("expecting ':'"))
		}
		value, ok = strings.CutPrefix(value, " ")
		if !ok && value != "" {
			return nil, p.corrupt(fmt.Errorf("expecting a space behind '%s:'", key))
		}
		if err := p.field(key, value); err != nil {
			return nil, p.corrupt(fmt.Errorf("%s: %w", key, err))
		}
		rest = after
	}
	if err := p.missing(); err != nil {
		return nil, fmt.Errorf("NAR info file is corrupt: %w", err)
	}
	return &p.f, nil
}

type parser struct {
	dir  path.Dir
	f    File
	line int
}

func (p *parser) corrupt(err error) error {
	return fmt.Errorf("NAR info file is corrupt: (line %d) %w", p.line, err)
}

// field takes a value. As in Nix the last of several counts, but References and CA
// may be told only once.
func (p *parser) field(key, value string) (err error) {
	f := &p.f
	switch key {
	case "StorePath":
		f.Path, err = p.dir.Parse(value)
	case "URL":
		f.URL = value
	case "Compression":
		f.Compression = value
	case "FileHash":
		f.FileHash, err = hash.Parse(value, hash.None)
	case "FileSize":
		f.FileSize, err = parseSize(value)
	case "NarHash":
		f.NarHash, err = hash.Parse(value, hash.SHA256)
	case "NarSize":
		f.NarSize, err = parseSize(value)
	case "References":
		err = p.references(value)
	case "Deriver":
		f.Deriver, err = p.deriver(value)
	case "Sig":
		f.Signatures = append(f.Signatures, value)
	case "CA":
		err = p.contentAddress(value)
	}
	return err
}

func parseSize(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no size", s)
	}
	return n, nil
}

func (p *parser) references(value string) error {
	if len(p.f.References) > 0 {
		return errors.New("there are others before")
	}
	var refs []path.Path
	for word := range strings.SplitSeq(value, " ") {
		if word == "" {
			continue
		}
		ref, err := p.dir.ParseBase(word)
		if err != nil {
			return err
		}
		refs = append(refs, ref)
	}
	p.f.SetReferences(refs)
	return nil
}

func (p *parser) deriver(value string) (path.Path, error) {
	if value == unknownDeriver {
		return "", nil
	}
	return p.dir.ParseBase(value)
}

// contentAddress takes what an object is addressed by, in the one notation that
// Info has for it.
func (p *parser) contentAddress(value string) error {
	if p.f.CA != "" {
		return errors.New("there is another before")
	}
	if value == "" {
		return nil
	}
	ca, err := path.ParseContentAddress(value)
	p.f.CA = ca.String()
	return err
}

// missing says what a file must have and lacks.
func (p *parser) missing() error {
	f := &p.f
	if f.Compression == "" {
		f.Compression = defaultCompression
	}
	switch {
	case f.Path == "":
		return errors.New("StorePath missing")
	case f.NarHash.IsNone():
		return errors.New("NarHash missing")
	case f.URL == "":
		return errors.New("URL missing")
	case f.NarSize == 0:
		return errors.New("NarSize missing or zero")
	}
	return nil
}

// Append appends the file as Nix writes it to dst. What the fields hold must be
// valid, as what Parse returns is: it has no line breaks, and references are sorted.
func (f *File) Append(dst []byte) []byte {
	field := func(key, value string) {
		dst = append(append(append(append(dst, key...), ": "...), value...), '\n')
	}
	field("StorePath", string(f.Path))
	field("URL", f.URL)
	field("Compression", f.Compression)
	if !f.FileHash.IsNone() {
		field("FileHash", f.FileHash.String())
	}
	if f.FileSize != 0 {
		field("FileSize", strconv.FormatInt(f.FileSize, 10))
	}
	field("NarHash", f.NarHash.String())
	field("NarSize", strconv.FormatInt(f.NarSize, 10))
	dst = f.appendReferences(dst)
	if f.Deriver != "" {
		field("Deriver", f.Deriver.Base())
	}
	for _, sig := range f.Signatures {
		field("Sig", sig)
	}
	if f.CA != "" {
		field("CA", f.CA)
	}
	return dst
}

func (f *File) appendReferences(dst []byte) []byte {
	dst = append(dst, "References:"...)
	for _, r := range f.References {
		dst = append(append(dst, ' '), r.Base()...)
	}
	if len(f.References) == 0 {
		dst = append(dst, ' ') // without it Nix takes the next line for the value
	}
	return append(dst, '\n')
}
