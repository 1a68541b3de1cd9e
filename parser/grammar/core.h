// What engine.c uses of the core of tree-sitter, which the Go package
// go-tree-sitter links. Its header is out of a C compiler's sight there.

#ifndef FIRN_CORE_H
#define FIRN_CORE_H

#include <stdbool.h>
#include <stdint.h>

// The core is in another package, so its functions are missing while this one
// is linked on its own.
#define CORE __attribute__((weak)) extern

typedef struct TSParser TSParser;
typedef struct TSTree TSTree;
typedef struct TSLanguage TSLanguage;

typedef struct {
  uint32_t row, column;
} TSPoint;

typedef struct {
  uint32_t context[4];
  const void *id;
  const TSTree *tree;
} TSNode;

typedef struct {
  const void *tree, *id;
  uint32_t context[3];
} TSTreeCursor;

typedef struct {
  uint32_t start_byte, old_end_byte, new_end_byte;
  TSPoint start_point, old_end_point, new_end_point;
} TSInputEdit;

CORE TSParser *ts_parser_new(void);
CORE void ts_parser_delete(TSParser *);
CORE bool ts_parser_set_language(TSParser *, const TSLanguage *);
CORE TSTree *ts_parser_parse_string(TSParser *, const TSTree *, const char *, uint32_t);
CORE void ts_parser_set_timeout_micros(TSParser *, uint64_t);
CORE void ts_tree_delete(TSTree *);
CORE void ts_tree_edit(TSTree *, const TSInputEdit *);
CORE TSNode ts_tree_root_node(const TSTree *);
CORE uint16_t ts_node_symbol(TSNode);
CORE uint32_t ts_node_start_byte(TSNode);
CORE uint32_t ts_node_end_byte(TSNode);
CORE bool ts_node_has_error(TSNode);
CORE uint32_t ts_node_child_count(TSNode);
CORE TSNode ts_node_child(TSNode, uint32_t);
CORE TSTreeCursor ts_tree_cursor_new(TSNode);
CORE void ts_tree_cursor_delete(TSTreeCursor *);
CORE TSNode ts_tree_cursor_current_node(const TSTreeCursor *);
CORE bool ts_tree_cursor_goto_first_child(TSTreeCursor *);
CORE bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *);
CORE bool ts_tree_cursor_goto_parent(TSTreeCursor *);
CORE uint32_t ts_language_version(const TSLanguage *);
CORE uint32_t ts_language_symbol_count(const TSLanguage *);
CORE const char *ts_language_symbol_name(const TSLanguage *, uint16_t);

const TSLanguage *tree_sitter_nixlang(void);

#endif
