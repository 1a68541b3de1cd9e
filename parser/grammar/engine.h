// What package grammar calls in C: one call to parse a text, one to list the
// nodes of its tree.

#ifndef FIRN_ENGINE_H
#define FIRN_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

// What a symbol of the grammar becomes.
typedef enum {
  ROLE_NODE,
  ROLE_OPERATION, // a node that must not be the left operand of its like
  ROLE_COMMENT,
  ROLE_BAD_PATH,  // an error that has a path in it
} engine_role;

// engine_symbol tells what a symbol becomes. Operators of one chain other than
// 0 must not follow one another.
typedef struct {
  uint8_t kind, role, chain;
} engine_symbol;

// engine_tree tells of the nodes that are made of no symbol.
typedef struct {
  uint8_t file, error, missing, path;
  uint32_t max_depth;
} engine_tree;

uint32_t engine_symbol_count(void);
const char *engine_symbol_name(uint32_t symbol);

// engine_define says once what symbols there are. It returns false if there is
// no room for them.
bool engine_define(const engine_symbol *symbols, uint32_t count, engine_tree tree);

// engine is a tree-sitter parser with its tree of one text.
typedef struct engine engine;

// engine_new returns NULL if the language does not fit the library.
engine *engine_new(void);
void engine_free(engine *e);

// engine_point is a place in a text: its offset, the number of line feeds before
// it, and that of bytes since the last one.
typedef struct {
  uint32_t off, row, column;
} engine_point;

// engine_edit is a change of the text: what is from start to old_end becomes
// what is from start to new_end.
typedef struct {
  engine_point start, old_end, new_end;
} engine_edit;

// engine_change tells of an edit of the text that the last one left.
void engine_change(engine *e, engine_edit edit);

// engine_parse parses the text, with the help of the last tree unless fresh is
// set. It returns false if that cannot be done.
bool engine_parse(engine *e, const char *src, uint32_t length, bool fresh);

// engine_gave_up reports whether tree-sitter had to recover from an error. What
// comes out then depends on the trees before.
bool engine_gave_up(const engine *e);

// engine_mark says which subtree of the last tree a node was made from. Where
// the next tree has it too, the nodes are the same.
typedef struct {
  uint64_t id; // 0 for a leaf
  uint32_t start;
  uint32_t next; // the number of the mark behind the subtree
} engine_mark;

// engine_changes is what came between two trees that were listed: the marks of
// the first and the edits since.
typedef struct {
  const engine_mark *marks;
  uint32_t mark_count;
  const engine_edit *edits;
  uint32_t edit_count;
} engine_changes;

// engine_item is a piece of a tree. Pieces come in the order of the text.
typedef struct {
  uint64_t id;          // of a node, as in engine_mark
  uint32_t start, end;  // where it is
  uint32_t first, last; // of a copy: the marks from first up to last
  uint32_t depth;       // of the root 0
  uint8_t op, kind;
} engine_item;

enum { ITEM_NODE, ITEM_COPY, ITEM_COMMENT };

// engine_list lists the pieces of the tree. It returns false if that is too
// deep, or when there is no memory.
bool engine_list(engine *e, engine_changes changes);

// engine_items returns the pieces. They live until they are dropped or others
// are listed.
const engine_item *engine_items(const engine *e, uint32_t *count);
void engine_drop_items(engine *e);

#endif
