package evaltest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firn/eval"
)

// FuzzProgram checks that a program has the same outcome each time, whatever the
// choices are that make it.
func FuzzProgram(f *testing.F) {
	f.Add([]byte("choices"))
	f.Add([]byte{0, 255, 7, 7, 7, 128, 3, 3, 90, 1, 2})
	f.Fuzz(func(t *testing.T, choices []byte) {
		src := Program(Choices(choices))
		dir := "/nowhere"
		first, second := newFirn(dir).outcome(t.Context(), dir, src), newFirn(dir).outcome(t.Context(), dir, src)
		if first.lost || first != second {
			t.Errorf("%s\n%v\n%v", src, first, second)
		}
	})
}

// FuzzText checks that no text breaks the evaluator, or makes it take more time or
// memory than it may. The texts see no files.
func FuzzText(f *testing.F) {
	corpus, err := filepath.Glob("../testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range corpus {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for part := range strings.SplitSeq(string(text), "\n-- ") {
			if _, src, ok := strings.Cut(part, ".nix --\n"); ok {
				f.Add(src)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		const limit, grace = 500 * time.Millisecond, 5 * time.Second
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		began := time.Now()
		e := eval.New(eval.Options{Host: empty{}, Settings: eval.Settings{Restricted: true}, Memory: 256 << 20})
		v, err := e.Text(ctx, "«string»", "/", src)
		if err == nil {
			err = v.Deep(ctx)
		}
		for _, print := range []func(context.Context) (string, error){
			v.Classic, v.JSON, func(ctx context.Context) (string, error) { return v.Pretty(ctx, eval.Pretty{}) },
			func(ctx context.Context) (string, error) { return v.XML(ctx, eval.XML{Strict: true, Places: true}) },
		} {
			if err == nil {
				_, err = print(ctx)
			}
		}
		if e, ok := errors.AsType[*eval.Error](err); ok && e.Kind == eval.Internal {
			t.Error(e.Text(true))
		}
		if took := time.Since(began); took > limit+grace {
			t.Errorf("it took %v", took)
		}
	})
}

// empty is a host without files.
type empty struct{ eval.OS }

func (empty) ReadFile(string) (string, error)         { return "", fs.ErrNotExist }
func (empty) Lstat(string) (eval.FileInfo, error)     { return eval.FileInfo{}, fs.ErrNotExist }
func (empty) ReadDir(string) ([]eval.DirEntry, error) { return nil, fs.ErrNotExist }
func (empty) Readlink(string) (string, error)         { return "", fs.ErrNotExist }
