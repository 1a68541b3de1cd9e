#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "core.h"

// The symbol of what tree-sitter could not parse.
enum { SYMBOL_ERROR = UINT16_MAX };

struct engine {
  TSParser *parser;
  TSTree *tree, *last; // last lives until tree is listed: find compares addresses
  uint32_t length;     // of the text
  bool mark;           // the text begins with a byte order mark
  engine_item *items;
  uint32_t count, capacity;
};

// open is a node whose children are being listed.
typedef struct {
  uint32_t item;
  bool operation;
  uint8_t chain;      // of the node's operator
  uint8_t left_chain; // of its first operand's operator
  bool operand;       // the first operand is listed
} open;

typedef struct {
  engine *e;
  engine_changes changes;
  uint32_t finger; // the mark behind the last copy
  open *opens;
  uint32_t depth;
  uint32_t end; // of what is listed
  bool failed;
} listing;

// What engine_define says.
static engine_symbol symbols[256];
static engine_tree tree;

uint32_t engine_symbol_count(void) { return ts_language_symbol_count(tree_sitter_nixlang()); }

const char *engine_symbol_name(uint32_t symbol) {
  return ts_language_symbol_name(tree_sitter_nixlang(), (uint16_t)symbol);
}

bool engine_define(const engine_symbol *list, uint32_t count, engine_tree t) {
  if (count > sizeof symbols / sizeof *symbols) return false;
  memcpy(symbols, list, count * sizeof *symbols);
  tree = t;
  return true;
}

// How long a parse may take. Text that somebody wrote takes milliseconds; there
// is text for which tree-sitter's own recovery takes hours.
static const uint64_t longest_parse_micros = 10 * 1000 * 1000;

engine *engine_new(void) {
  engine *e = calloc(1, sizeof *e);
  if (!e) return NULL;
  e->parser = ts_parser_new();
  if (!ts_parser_set_language(e->parser, tree_sitter_nixlang())) {
    engine_free(e);
    return NULL;
  }
  ts_parser_set_timeout_micros(e->parser, longest_parse_micros);
  return e;
}

static void drop(TSTree **t) {
  if (*t) ts_tree_delete(*t);
  *t = NULL;
}

void engine_free(engine *e) {
  drop(&e->tree);
  drop(&e->last);
  engine_drop_items(e);
  ts_parser_delete(e->parser);
  free(e);
}

static TSPoint point(engine_point p) { return (TSPoint){p.row, p.column}; }

// The core takes the number of columns for that of bytes when it decides how to
// store a node, so rows and columns must be right.
void engine_change(engine *e, engine_edit edit) {
  TSInputEdit input = {
    .start_byte = edit.start.off, .old_end_byte = edit.old_end.off, .new_end_byte = edit.new_end.off,
    .start_point = point(edit.start), .old_end_point = point(edit.old_end), .new_end_point = point(edit.new_end),
  };
  ts_tree_edit(e->tree, &input);
}

bool engine_parse(engine *e, const char *src, uint32_t length, bool fresh) {
  drop(&e->last);
  e->last = e->tree;
  e->tree = ts_parser_parse_string(e->parser, fresh ? NULL : e->last, src, length);
  e->length = length;
  e->mark = length >= 3 && !memcmp(src, "\xEF\xBB\xBF", 3);
  return e->tree != NULL;
}

bool engine_gave_up(const engine *e) { return ts_node_has_error(ts_tree_root_node(e->tree)); }

const engine_item *engine_items(const engine *e, uint32_t *count) {
  *count = e->count;
  return e->items;
}

void engine_drop_items(engine *e) {
  free(e->items);
  e->items = NULL;
  e->count = e->capacity = 0;
}

static void add(listing *l, engine_item item) {
  engine *e = l->e;
  if (e->count == e->capacity) {
    uint32_t capacity = e->capacity ? 2 * e->capacity : 1024;
    engine_item *items = realloc(e->items, capacity * sizeof *items);
    if (!items) l->failed = true;
    if (l->failed) return;
    e->items = items;
    e->capacity = capacity;
  }
  e->items[e->count++] = item;
}

static void add_node(listing *l, uint8_t kind, uint32_t start, uint32_t end, uint64_t id) {
  if (l->depth > tree.max_depth) l->failed = true;
  add(l, (engine_item){.op = ITEM_NODE, .kind = kind, .start = start, .end = end, .depth = l->depth, .id = id});
  l->end = end;
}

// A node is identified by the subtree that its id points to.
static uint64_t subtree(TSNode node) { return *(const uint64_t *)node.id; }

// before returns the place that off had before the edits. For a place inside
// inserted text that is any.
static uint32_t before(const engine_changes *c, uint32_t off) {
  for (uint32_t i = c->edit_count; i > 0; i--) {
    engine_edit edit = c->edits[i - 1];
    if (off >= edit.new_end.off) off = off - edit.new_end.off + edit.old_end.off;
  }
  return off;
}

// first_mark returns the first mark that starts at or behind off.
static uint32_t first_mark(const engine_changes *c, uint32_t off) {
  uint32_t low = 0, high = c->mark_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (c->marks[middle].start < off) low = middle + 1;
    else high = middle;
  }
  return low;
}

// find moves the finger to the mark of the subtree with the given id that
// starts at off. It returns false where there is none.
static bool find(listing *l, uint64_t id, uint32_t off) {
  const engine_changes *c = &l->changes;
  if (l->finger < c->mark_count && c->marks[l->finger].id == id) return true;
  off = before(c, off);
  for (uint32_t i = first_mark(c, off); i < c->mark_count && c->marks[i].start == off; i++) {
    if (c->marks[i].id == id) {
      l->finger = i;
      return true;
    }
  }
  return false;
}

// copy lists the marks of a subtree that the last tree had too.
static void copy(listing *l, uint32_t start, uint32_t end) {
  const engine_mark *marks = l->changes.marks;
  uint32_t first = l->finger, next = marks[first].next;
  engine_item *item = l->e->count > 0 ? &l->e->items[l->e->count - 1] : NULL;
  l->finger = next;
  l->end = end;
  if (item && item->op == ITEM_COPY && item->last == first && item->depth == l->depth &&
      item->start - marks[item->first].start == start - marks[first].start) {
    item->last = next;
    item->end = end;
    return;
  }
  add(l, (engine_item){.op = ITEM_COPY, .start = start, .end = end, .first = first, .last = next, .depth = l->depth});
}

static engine_symbol symbol(TSNode node) {
  uint16_t s = ts_node_symbol(node);
  return s == SYMBOL_ERROR ? (engine_symbol){.kind = tree.error} : symbols[s];
}

// chain returns the chain of the operator among the node's children.
static uint8_t chain(TSNode node) {
  uint32_t count = ts_node_child_count(node);
  for (uint32_t i = 1; i < count; i++) {
    uint8_t c = symbol(ts_node_child(node, i)).chain;
    if (c) return c;
  }
  return 0;
}

static void leaf(listing *l, engine_symbol s, uint32_t start, uint32_t end) {
  open *o = &l->opens[l->depth - 1];
  if (s.chain) o->chain = s.chain;
  o->operand = true;
  if (s.role == ROLE_BAD_PATH) {
    add_node(l, tree.error, start, end, 0);
    l->depth++;
    add_node(l, tree.path, start, end, 0);
    l->depth--;
    return;
  }
  add_node(l, start == end ? tree.missing : s.kind, start, end, 0);
}

static void begin(listing *l, uint8_t kind, TSNode node, bool operation) {
  if (l->depth <= tree.max_depth) {
    l->opens[l->depth] = (open){.item = l->e->count, .operation = operation};
  }
  add_node(l, kind, ts_node_start_byte(node), ts_node_end_byte(node), subtree(node));
}

// visit lists one node. It returns whether its children are to be visited.
static bool visit(listing *l, TSNode node) {
  engine_symbol s = symbol(node);
  bool operation = s.role == ROLE_OPERATION;
  uint32_t start = ts_node_start_byte(node), end = ts_node_end_byte(node);
  if (s.role == ROLE_COMMENT) {
    add(l, (engine_item){.op = ITEM_COMMENT, .start = start, .end = end});
    return false;
  }
  if (ts_node_child_count(node) == 0) {
    leaf(l, s, start, end);
    return false;
  }
  if (l->changes.mark_count == 0 || !find(l, subtree(node), start)) {
    begin(l, s.kind, node, operation);
    return true;
  }
  open *o = &l->opens[l->depth - 1];
  if (!o->operand && operation) o->left_chain = chain(node);
  o->operand = true;
  copy(l, start, end);
  return false;
}

// finish ends the node that is open: it spans what is in it, without comments
// at its ends. A node that repeats an operator that must not be is an error.
static void finish(listing *l) {
  open *o = &l->opens[l->depth];
  uint32_t first = o->item + 1;
  if (l->failed) return;
  engine_item *items = l->e->items, *item = &items[o->item];
  while (first < l->e->count && items[first].op == ITEM_COMMENT) first++;
  if (first < l->e->count) {
    item->start = items[first].start;
    item->end = l->end;
  } else if (item->kind == tree.error) {
    item->end = item->start;
    item->kind = tree.missing;
  }
  if (o->operation && o->chain && o->chain == o->left_chain) item->kind = tree.error;
  open *parent = &l->opens[l->depth - 1];
  if (!parent->operand && o->operation) parent->left_chain = o->chain;
  parent->operand = true;
}

// list lists the children of the node under the cursor, and theirs.
static void list(listing *l, TSTreeCursor *cursor) {
  uint32_t base = l->depth;
  if (!ts_tree_cursor_goto_first_child(cursor)) return;
  l->depth++;
  while (!l->failed) {
    if (visit(l, ts_tree_cursor_current_node(cursor))) {
      ts_tree_cursor_goto_first_child(cursor);
      l->depth++;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(cursor)) {
      ts_tree_cursor_goto_parent(cursor);
      if (--l->depth == base) return;
      finish(l);
    }
  }
}

static void list_file(listing *l, TSNode root) {
  l->opens[0] = (open){0};
  add_node(l, tree.file, 0, l->e->length, 0);
  l->depth = 1;
  if (l->e->mark) add_node(l, tree.error, 0, 3, 0);
  bool error = ts_node_symbol(root) == SYMBOL_ERROR;
  if (error) begin(l, tree.error, root, false);
  else l->depth = 0;
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  list(l, &cursor);
  ts_tree_cursor_delete(&cursor);
  if (error) finish(l);
}

bool engine_list(engine *e, engine_changes changes) {
  e->count = 0;
  open *opens = malloc((tree.max_depth + 1) * sizeof *opens);
  if (!opens) return false;
  listing l = {.e = e, .changes = changes, .opens = opens};
  list_file(&l, ts_tree_root_node(e->tree));
  free(opens);
  drop(&e->last);
  return !l.failed;
}
