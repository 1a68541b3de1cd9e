builtins.mapAttrs
  (
    shortName: license:
    {
      inherit shortName;
      free = true;
    }
    // license
  )
  {
    gpl3Plus = {
      fullName = "GNU General Public License v3.0 or later";
      spdxId = "GPL-3.0-or-later";
    };
    mit = {
      fullName = "MIT License";
      spdxId = "MIT";
    };
    asl20 = {
      fullName = "Apache License 2.0";
      spdxId = "Apache-2.0";
    };
    bsd3 = {
      fullName = "BSD 3-clause License";
      spdxId = "BSD-3-Clause";
    };
    unfree = {
      fullName = "Unfree";
      free = false;
    };
  }
