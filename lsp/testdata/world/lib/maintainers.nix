{
  somebody = {
    name = "Somebody";
    email = "somebody@example.org";
  };
}
