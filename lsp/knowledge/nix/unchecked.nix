# A module that lets everything be set. That what nobody declares is set is left to
# diagnostics, since otherwise a single misspelt name would keep everything from
# being known.
{
  _file = "firn";
  _module.check = {
    _type = "override";
    priority = 50;
    content = false;
  };
}
