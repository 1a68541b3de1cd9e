// What engine.c uses of the core of tree-sitter, which the Go package
// go-tree-sitter links. The core's own header is out of a C compiler's sight
// there; a test compares the two.

#ifndef FIRN_CORE_H
#define FIRN_CORE_H

#include <stdbool.h>
#include <stdint.h>

// The core is in another package, so its functions are missing while this one
// is linked on its own.
#define CORE __attribute__((weak)) extern

typedef uint16_t TSSymbol;
typedef struct TSLanguage TSLanguage;
typedef struct TSParser TSParser;
typedef struct TSTree TSTree;

typedef struct TSPoint {
  uint32_t row;
  uint32_t column;
} TSPoint;

typedef struct TSInputEdit {
  uint32_t start_byte;
  uint32_t old_end_byte;
  uint32_t new_end_byte;
  TSPoint start_point;
  TSPoint old_end_point;
  TSPoint new_end_point;
} TSInputEdit;

typedef struct TSNode {
  uint32_t context[4];
  const void *id;
  const TSTree *tree;
} TSNode;

typedef struct TSTreeCursor {
  const void *tree;
  const void *id;
  uint32_t context[3];
} TSTreeCursor;

CORE TSParser *ts_parser_new(void);
CORE void ts_parser_delete(TSParser *self);
CORE bool ts_parser_set_language(TSParser *self, const TSLanguage *language);
CORE void ts_parser_set_timeout_micros(TSParser *self, uint64_t timeout_micros);
CORE TSTree *ts_parser_parse_string(TSParser *self, const TSTree *old_tree, const char *string, uint32_t length);
CORE void ts_tree_delete(TSTree *self);
CORE void ts_tree_edit(TSTree *self, const TSInputEdit *edit);
CORE TSNode ts_tree_root_node(const TSTree *self);
CORE TSSymbol ts_node_symbol(TSNode self);
CORE uint32_t ts_node_start_byte(TSNode self);
CORE uint32_t ts_node_end_byte(TSNode self);
CORE bool ts_node_has_error(TSNode self);
CORE uint32_t ts_node_child_count(TSNode self);
CORE TSNode ts_node_child(TSNode self, uint32_t child_index);
CORE TSTreeCursor ts_tree_cursor_new(TSNode node);
CORE void ts_tree_cursor_delete(TSTreeCursor *self);
CORE TSNode ts_tree_cursor_current_node(const TSTreeCursor *self);
CORE bool ts_tree_cursor_goto_first_child(TSTreeCursor *self);
CORE bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *self);
CORE bool ts_tree_cursor_goto_parent(TSTreeCursor *self);
CORE uint32_t ts_language_symbol_count(const TSLanguage *self);
CORE const char *ts_language_symbol_name(const TSLanguage *self, TSSymbol symbol);

const TSLanguage *tree_sitter_nixlang(void);

#endif
