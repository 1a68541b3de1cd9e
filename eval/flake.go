package eval

import (
	"maps"
	"slices"
	"strings"

	"firn/eval/flakeref"
	"firn/eval/lockfile"
	"firn/eval/value"
	"firn/store/path"
)

func primGetFlake(m *machine, _ value.Pos, a *value.Value) value.Value {
	f := fetching{m}
	s, bad := m.forceStringNoContext(a, 0, "while evaluating the argument passed to builtins.getFlake")
	if bad != nil {
		return bad.value()
	}
	ref, err := flakeref.Parse(s, f.refOptions())
	if err != nil {
		return wrong(err).value()
	}
	if bad := f.mustBeExact(ref, s); bad != nil {
		return bad.value()
	}
	if bad := m.require("flakes"); bad != nil {
		return bad.value()
	}
	locked, bad := f.lockFlake(ref)
	if bad != nil {
		return bad.value()
	}
	return f.callFlake(locked)
}

// mustBeExact refuses a reference to what may be another flake tomorrow, if that
// counts.
func (m fetching) mustBeExact(ref flakeref.Ref, s string) *failure {
	if !m.settings.Pure {
		return nil
	}
	locked, err := ref.Input.Locked()
	if err != nil {
		return wrong(err)
	}
	if !locked {
		return fail(Forbidden, 0, "cannot call 'getFlake' on unlocked flake reference '%s', at %s (use --impure to override)", s, m.flakePlace(0))
	}
	return nil
}

// flakePlace is place as messages about flakes have it.
func (m fetching) flakePlace(pos value.Pos) string {
	if pos == 0 {
		return "«none»:0"
	}
	return m.place(pos)
}

// lockedFlake is a flake all of whose inputs are known.
type lockedFlake struct {
	flake flake
	lock  *lockfile.File
	dirs  map[*lockfile.Node]string // of the flakes that were read
	dirty bool                      // the lock is not the one that it has
}

// flakeCallSource is the function that makes the value of a flake, of its lock
// file, of trees that were fetched already, and of a function that fetches what
// a lock file has. Nothing is fetched that nobody asks for.
const flakeCallSource = `text: known: fetch:
let
  lock = builtins.fromJSON text;

  follow = name: path:
    if path == [ ] then
      name
    else
      follow (target lock.nodes.${name}.inputs.${builtins.head path}) (builtins.tail path);

  target = input: if builtins.isList input then follow lock.root input else input;

  nodes = builtins.mapAttrs make lock.nodes;

  make = name: node:
    let
      parent = nodes.${follow lock.root node.parent};

      isKnown = known ? ${name};

      isRelative = node.locked.type or null == "path" && builtins.substring 0 1 node.locked.path != "/";

      below = base: dir: base + (if dir == "" then "" else "/" + dir);

      sourceInfo =
        if isKnown then
          known.${name}.sourceInfo
        else if isRelative then
          parent.sourceInfo
        else
          fetch (node.info or { } // removeAttrs node.locked [ "dir" ]);

      outPath =
        if !isKnown && isRelative then
          below parent.outPath node.locked.path
        else
          below sourceInfo.outPath (known.${name}.dir or node.locked.dir or "");

      flake = import (outPath + "/flake.nix");

      inputs = builtins.mapAttrs (_: input: nodes.${target input}.result) (node.inputs or { });

      outputs = flake.outputs (inputs // { self = result; });

      result = outputs // sourceInfo // {
        inherit outPath inputs outputs sourceInfo;
        _type = "flake";
      };
    in
    {
      inherit outPath sourceInfo;
      result =
        if node.flake or true then
          assert builtins.isFunction flake.outputs;
          result
        else
          sourceInfo // { inherit sourceInfo outPath; };
    };
in
nodes.${lock.root}.result
`

// callFlake returns the value of a flake.
func (m fetching) callFlake(l lockedFlake) value.Value {
	text, keys := l.lock.Text()
	known, bad := m.knownTrees(l, keys)
	if bad != nil {
		return bad.value()
	}
	fetch := newPrimop("fetchFinalTree", func(m *machine, _ value.Pos, a *value.Value) value.Value {
		return fetching{m}.fetchTree(a, treeCall{who: "fetchTree", final: true})
	})
	f := m.force(m.flakeCall(), 0)
	return m.call3(f, m.Cell(value.MakeString(text)), m.Cell(known), m.Cell(value.MakeObject(&fetch.Header)), 0)
}

// flakeCall returns the function of flakeCallSource, which is read once.
func (m *machine) flakeCall() *value.Value {
	if m.callFlakes == nil {
		t := &thunk{Header: value.NewHeader(value.Thunk)}
		t.run = func(m *machine, _ *value.Env) value.Value {
			run, bad := m.load(source{name: "«flakes-internal»/call-flake.nix", src: flakeCallSource, internal: true})
			if bad != nil {
				return bad.value()
			}
			return run(m, nil)
		}
		m.callFlakes = m.Cell(value.MakeCode(&t.Header, nil))
	}
	return m.callFlakes
}

// knownTrees returns the trees that were fetched already, by the name of the
// node.
func (m fetching) knownTrees(l lockedFlake, keys map[*lockfile.Node]string) (value.Value, *failure) {
	var list []value.Attr
	byKey := func(a, b *lockfile.Node) int { return strings.Compare(keys[a], keys[b]) }
	for _, n := range slices.SortedFunc(maps.Keys(l.dirs), byKey) {
		p, below, bad := m.storeParts(l.dirs[n])
		if bad != nil {
			return value.Value{}, bad
		}
		t := fetchedTree{in: n.Locked.Input, path: p}
		if n == l.lock.Root {
			t.in, t.dirty = l.flake.locked.Input, l.dirty
		}
		var err error
		if t.narHash, err = t.in.NarHash(); err != nil {
			return value.Value{}, wrong(err)
		}
		info, bad := m.treeAttrs(t, false)
		if bad != nil {
			return value.Value{}, bad
		}
		list = append(list, value.Attr{Sym: m.symbols.Intern(keys[n]), V: m.Cell(value.MakeSet(m.FromAttrs([]value.Attr{
			{Sym: m.symbols.Intern("dir"), V: m.Cell(value.MakeString(below))},
			{Sym: m.symbols.Intern("sourceInfo"), V: m.Cell(value.MakeSet(info))},
		}, 0)))})
	}
	return value.MakeSet(m.FromAttrs(list, 0)), nil
}

// storeParts splits a path into a store path and what is below.
func (m fetching) storeParts(p string) (path.Path, string, *failure) {
	prefix := m.settings.StoreDir + "/"
	rest, ok := strings.CutPrefix(p, prefix)
	if !ok || rest == "" {
		return "", "", fail(EvalError, 0, "path '%s' is not in the Nix store", p)
	}
	base, below, _ := strings.Cut(rest, "/")
	s, err := m.dir().Parse(prefix + base)
	if err != nil {
		return "", "", wrong(err)
	}
	return s, below, nil
}
