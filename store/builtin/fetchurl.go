package builtin

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ulikunitz/xz"

	"firn/store/download"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
	"firn/store/unpack"
)

// fetchurl downloads the file at the attribute url. With unpack it is an archive of
// Nix, compressed with xz if the URL ends so, and with executable it can be executed.
//
// A file that is known by its hash is looked for at mirrors first. If the URL fails,
// those of the attribute urls are tried, which is more than Nix does.
func fetchurl(ctx context.Context, j *job) error {
	if k := j.out.Kind(); k != drv.Fixed && k != drv.Impure {
		return errors.New("'builtin:fetchurl' must be a fixed-output or impure derivation")
	}
	url, err := j.attr("url")
	if err != nil {
		return err
	}
	for _, m := range j.mirrors() {
		err := j.fetch(ctx, m, true)
		if err == nil || ctx.Err() != nil {
			return err
		}
		j.Say(fmt.Sprintf("the mirror does not help: %v", err))
	}
	err = j.fetch(ctx, url, false)
	more, _ := j.lookup("urls")
	for _, u := range fields(more) {
		if err == nil || ctx.Err() != nil {
			return err
		}
		if u != url {
			j.Say(err.Error())
			err = j.fetch(ctx, u, false)
		}
	}
	return err
}

// mirrors returns the URLs of the file at mirrors, if its hash says what it is.
func (j *job) mirrors() []string {
	if j.out.Kind() != drv.Fixed || j.out.Method != path.Flat || j.has("unpack") {
		return nil
	}
	var list []string
	for _, m := range j.Mirrors {
		list = append(list, strings.TrimSuffix(m, "/")+"/"+j.out.Hash.Algorithm().String()+"/"+j.out.Hash.Hex())
	}
	return list
}

// fetch makes the output of what is at a URL. What has another hash is an error if it
// is to be checked.
func (j *job) fetch(ctx context.Context, url string, check bool) error {
	j.Say(fmt.Sprintf("downloading '%s'", url))
	netrc, err := download.ReadNetrc(j.Netrc)
	if err != nil {
		return err
	}
	request := download.Request{URL: url}
	if u, err := neturl.Parse(url); err == nil && u.User == nil {
		request.Header = netrc.Header(url)
	}
	return j.Client.Get(ctx, request, func(r *download.Reply) error {
		// An attempt before may have left a part.
		if err := os.RemoveAll(j.Output); err != nil {
			return err
		}
		if j.has("unpack") {
			if err := j.unpack(ctx, url, r.Body); err != nil {
				return fmt.Errorf("cannot unpack '%s': %w", url, err)
			}
			return j.makeExecutable()
		}
		sum, err := j.save(r.Body)
		if err != nil {
			return err
		}
		if check && sum != j.out.Hash {
			return fmt.Errorf("'%s' has the hash '%s', not '%s'", url, sum.SRI(), j.out.Hash.SRI())
		}
		return j.makeExecutable()
	})
}

// makeExecutable does so if that is wanted. A directory is, and a link is not touched.
func (j *job) makeExecutable() error {
	if !j.has("executable") {
		return nil
	}
	info, err := os.Lstat(j.Output)
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	return os.Chmod(j.Output, 0o755)
}

// save writes a file, and returns its hash with the algorithm of the output's.
func (j *job) save(in io.Reader) (h hash.Hash, err error) {
	out, err := os.OpenFile(j.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sum := hash.New(j.out.Hash.Algorithm())
	b := j.budget()
	err = b.copy(io.MultiWriter(out, sum), in)
	return sum.Sum(), err
}

// unpack makes the tree of an archive.
func (j *job) unpack(ctx context.Context, url string, in io.Reader) (err error) {
	in = bufio.NewReaderSize(in, 1<<16)
	if strings.HasSuffix(url, ".xz") {
		if in, err = xz.NewReader(in); err != nil {
			return err
		}
		in = bufio.NewReaderSize(in, 1<<16)
	}
	top, err := os.OpenRoot(filepath.Dir(j.Output)) // nothing is written outside, whatever names there are
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, top.Close()) }()
	r := nar.NewReader(in)
	b := j.budget()
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = b.entry()
		}
		if err != nil {
			return err
		}
		if err := b.restore(top, filepath.Base(j.Output)+strings.TrimSuffix(h.Path, "/"), h, r); err != nil {
			return err
		}
	}
}

// budget is how much may be written yet.
type budget struct {
	limits  unpack.Limits
	bytes   int64
	entries int
}

func (j *job) budget() *budget {
	l := unpack.Limits{
		Bytes: cmp.Or(j.Limits.Bytes, unpack.DefaultBytes), Entries: cmp.Or(j.Limits.Entries, unpack.DefaultEntries),
	}
	return &budget{l, l.Bytes, l.Entries}
}

// entry accounts for a file.
func (b *budget) entry() error {
	if b.entries--; b.entries < 0 {
		return fmt.Errorf("%w: it has more than %d entries", unpack.ErrTooLarge, b.limits.Entries)
	}
	return nil
}

// copy copies as much as there is, or fails if that is too much.
func (b *budget) copy(out io.Writer, in io.Reader) error {
	n, err := io.Copy(out, io.LimitReader(in, b.bytes+1))
	if b.bytes -= n; b.bytes < 0 {
		return fmt.Errorf("%w: it has more than %d bytes", unpack.ErrTooLarge, b.limits.Bytes)
	}
	return err
}

// restore makes a file of an archive.
func (b *budget) restore(top *os.Root, name string, h nar.Header, in io.Reader) error {
	switch h.Kind {
	case nar.Directory:
		return top.Mkdir(name, 0o755)
	case nar.Symlink:
		return top.Symlink(h.Target, name)
	}
	mode := os.FileMode(0o644)
	if h.Executable {
		mode = 0o755
	}
	out, err := top.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	err = b.copy(out, in)
	return errors.Join(err, out.Close())
}
