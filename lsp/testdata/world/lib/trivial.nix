# What belongs to no other subject.
rec {
  inherit (builtins)
    functionArgs
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isString
    seq
    ;

  /**
    Returns its argument.

    # Example

    ```nix
    id 1 # => 1
    ```
  */
  id = x: x;

  /**
    A function that returns the same whatever it is called with.
  */
  const = x: _: x;

  /**
    Calls a function with its arguments in the other order.
  */
  flip =
    f: a: b:
    f b a;

  # The smaller of two numbers.
  min = a: b: if a < b then a else b;

  # The larger of two numbers.
  max = a: b: if a < b then b else a;

  # "true" or "false".
  boolToString = b: if b then "true" else "false";

  # Passes a value through functions, one after the other.
  pipe = builtins.foldl' (x: f: f x);

  # Prints a warning and returns a value.
  warn = message: builtins.trace "warning: ${message}";

  # Prints a warning if a condition holds.
  warnIf = condition: message: if condition then warn message else id;

  # Fails with a message if a condition does not hold.
  throwIfNot = condition: message: if condition then id else throw message;

  # True, or a failure with a message; for assert.
  assertMsg = condition: message: condition || throw message;

  # What this library calls itself.
  version = "26.11";
}
