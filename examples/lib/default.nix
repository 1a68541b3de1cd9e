# Helpers that are called `hut` everywhere else.
{ lib }:

let
  strings = import ./strings.nix { inherit lib; };
in
{
  inherit (strings) capitalise plural;

  /**
    Says what a machine is for, in words.

    # Example

    ```nix
    describe "server"
    => "a server in the attic"
    ```
  */
  describe =
    role:
    {
      laptop = "a laptop for the meadow";
      server = "a server in the attic";
    }
    .${role} or "a machine without a ${strings.plural 1 "role"}";

  # The public keys of people, by name.
  keys = {
    vreni = [ "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam vreni" ];
  };
}
