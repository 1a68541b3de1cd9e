# Sets that are defined by themselves.
rec {
  # The fixed point of a function.
  fix =
    f:
    let
      x = f x;
    in
    x;

  # A function of its own result with an overlay on top.
  extends =
    overlay: f: final:
    let
      prev = f final;
    in
    prev // overlay final prev;

  # Several overlays as one.
  composeManyExtensions = builtins.foldl' (
    f: g: final: prev:
    let
      one = f final prev;
    in
    one // g final (prev // one)
  ) (_: _: { });
}
