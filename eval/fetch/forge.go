package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/download"
)

// forge fetches a commit that a host hands out as an archive.
func (f *Fetcher) forge(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	attrs := with(r.Input.Attrs, nil)
	if _, dated := attrs["lastModified"]; dated && r.Rev != "" {
		if at, ok := f.place(trees, r.Hash); ok {
			return eval.Fetched{At: at, Attrs: attrs}, nil
		}
	}
	repo, err := f.repository(r.Input)
	if err != nil {
		return eval.Fetched{}, err
	}
	if r.Rev == "" {
		ref := r.Ref
		if ref == "" {
			ref = "HEAD"
		}
		if r.Rev, err = repo.forge.rev(ctx, repo, ref); err != nil {
			return eval.Fetched{}, fmt.Errorf("cannot find out what '%s' of '%s' is: %w", ref, r.URL, err)
		}
		if !flakeref.IsRev(r.Rev) {
			return eval.Fetched{}, fmt.Errorf("'%s' says that '%s' is '%.100s', which is no commit", r.URL, ref, r.Rev)
		}
	}
	r.Rev = strings.ToLower(r.Rev)
	delete(attrs, "ref")
	attrs["rev"] = r.Rev
	ask := repo.ask(repo.forge.archive(repo, r.Rev))
	ask.commit = fmt.Sprintf("%s %s/%s/%s %s", r.Input.Type(), repo.host, repo.owner, repo.name, r.Rev)
	at, a, err := f.unpacked(ctx, ask, r.Hash)
	if err != nil {
		return eval.Fetched{}, err
	}
	attrs["lastModified"] = uint64(max(a.LastModified, 0))
	return eval.Fetched{At: at, Attrs: attrs}, nil
}

// repository is a repository on a host.
type repository struct {
	fetcher           *Fetcher
	forge             *forge
	host, owner, name string
	header            http.Header
}

// forge is a kind of hosts.
type forge struct {
	host string // unless an input says another
	// header returns what a token is shown in.
	header func(token string) (name, value string)
	// rev finds the commit of a branch or tag, or of HEAD.
	rev func(ctx context.Context, r *repository, ref string) (string, error)
	// archive returns where the archive of a commit is.
	archive func(r *repository, rev string) string
}

// forges are the kinds of hosts by the types of inputs. Where what is: the REST APIs
// of GitHub ("Get a commit", "Download a repository archive (tar)") and GitLab
// ("Commits API", "Repositories API, Get file archive"), and what git.sr.ht serves.
var forges = map[string]*forge{
	"github": {
		host:   "github.com",
		header: func(token string) (string, string) { return "Authorization", "token " + token },
		rev: func(ctx context.Context, r *repository, ref string) (string, error) {
			var commit struct {
				SHA string `json:"sha"`
			}
			err := r.json(ctx, r.api()+"/commits/"+escaped(ref), &commit)
			return commit.SHA, err
		},
		archive: func(r *repository, rev string) string {
			if r.host == "github.com" && r.header == nil { // these are not counted
				return r.site() + "/archive/" + rev + ".tar.gz"
			}
			return r.api() + "/tarball/" + rev
		},
	},
	"gitlab": {
		host: "gitlab.com",
		header: func(token string) (string, string) {
			kind, rest, _ := strings.Cut(token, ":")
			switch kind {
			case "OAuth2":
				return "Authorization", "Bearer " + rest
			case "PAT":
				return "Private-Token", rest
			}
			return kind, rest
		},
		rev: func(ctx context.Context, r *repository, ref string) (string, error) {
			var commits []struct {
				ID string `json:"id"`
			}
			err := r.json(ctx, r.project()+"/repository/commits?ref_name="+url.QueryEscape(ref), &commits)
			if err == nil && len(commits) == 0 {
				err = errors.New("there is no such branch or tag")
			}
			if err != nil {
				return "", err
			}
			return commits[0].ID, nil
		},
		archive: func(r *repository, rev string) string {
			return r.project() + "/repository/archive.tar.gz?sha=" + rev
		},
	},
	"sourcehut": {
		host:   "git.sr.ht",
		header: func(token string) (string, string) { return "Authorization", "Bearer " + token },
		rev: func(ctx context.Context, r *repository, ref string) (string, error) {
			return r.advertised(ctx, ref)
		},
		archive: func(r *repository, rev string) string { return r.site() + "/archive/" + rev + ".tar.gz" },
	},
}

// repository returns the repository of an input.
func (f *Fetcher) repository(in flakeref.Input) (*repository, error) {
	r := &repository{fetcher: f, forge: forges[in.Type()]}
	if r.forge == nil {
		return nil, fmt.Errorf("inputs of type '%s' are not on a host that is known", in.Type())
	}
	r.host = r.forge.host
	for name, to := range map[string]*string{"owner": &r.owner, "repo": &r.name, "host": &r.host} {
		if s, ok := in.Attrs[name].(string); ok {
			*to = s
		}
	}
	if token := f.token(r); token != "" {
		name, value := r.forge.header(token)
		r.header = http.Header{http.CanonicalHeaderKey(name): {value}}
	}
	return r, nil
}

// token returns the one for a repository, which is that of the longest name.
func (f *Fetcher) token(r *repository) string {
	best, token := "", ""
	path := r.host + "/" + r.owner + "/" + r.name + "/"
	for name, t := range f.o.Tokens {
		if strings.HasPrefix(path, name+"/") && len(name) > len(best) {
			best, token = name, t
		}
	}
	return token
}

// site returns the page of the repository.
func (r *repository) site() string {
	return "https://" + r.host + "/" + url.PathEscape(r.owner) + "/" + url.PathEscape(r.name)
}

// api returns where the API of GitHub has the repository.
func (r *repository) api() string {
	base := "https://" + r.host + "/api/v3"
	if r.host == "github.com" {
		base = "https://api.github.com"
	}
	return base + "/repos/" + url.PathEscape(r.owner) + "/" + url.PathEscape(r.name)
}

// project returns where the API of GitLab has the repository. In the owner may be
// groups, with escaped slashes between them.
func (r *repository) project() string {
	return "https://" + r.host + "/api/v4/projects/" + strings.ReplaceAll(r.owner, "/", "%2F") + "%2F" + url.PathEscape(r.name)
}

// escaped escapes the parts of a reference, which has slashes.
func escaped(ref string) string {
	parts := strings.Split(ref, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

func (r *repository) ask(u string) ask {
	return ask{Request: download.Request{URL: u, Header: r.header}}
}

func (r *repository) json(ctx context.Context, u string, to any) error {
	data, err := r.fetcher.text(ctx, r.ask(u))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("'%s' answers with something else: %w", u, err)
	}
	return nil
}

// advertised finds a reference among those that a server of Git tells (gitprotocol-
// http, "Dumb Clients").
func (r *repository) advertised(ctx context.Context, ref string) (string, error) {
	names := []string{"refs/heads/" + ref, "refs/tags/" + ref}
	if ref == "HEAD" {
		data, err := r.fetcher.text(ctx, r.ask(r.site()+"/HEAD"))
		if err != nil {
			return "", err
		}
		name, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "ref: ")
		if !ok {
			return "", errors.New("it does not say which branch HEAD is")
		}
		names = []string{name}
	}
	data, err := r.fetcher.text(ctx, r.ask(r.site()+"/info/refs"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(data)) {
		id, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		for _, want := range names {
			if name == want && flakeref.IsRev(id) {
				return id, nil
			}
		}
	}
	return "", errors.New("there is no such branch or tag")
}
