-- What the tests do in Neovim. Each function does what a user would and
-- returns at once; the tests look at the outcome until it is there.
local D = {}

-- The tests choose from menus by this title.
local choice = nil

vim.ui.select = function(items, opts, done)
  for i, item in ipairs(items) do
    if opts.format_item(item) == choice then
      return done(item, i)
    end
  end
  done(nil)
end

local function clients()
  return vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.tbl_values(vim.lsp.buf_get_clients(0))
end

local function keys(text)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(text, true, false, true), 't', false)
end

function D.open(path)
  vim.cmd('edit ' .. vim.fn.fnameescape(path))
end

function D.ready()
  local all = clients()
  local c = all[1]
  return #all == 1 and c.name == 'firn' and c.initialized ~= false and (c.server_capabilities or c.resolved_capabilities) ~= nil
end

function D.root()
  return clients()[1].config.root_dir
end

-- Puts the cursor where ‸ stands in a text that is on one line.
function D.point(pattern)
  local mark = '‸'
  local at = pattern:find(mark, 1, true)
  local text = pattern:sub(1, at - 1) .. pattern:sub(at + #mark)
  for n, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.o.virtualedit = 'onemore'
      vim.api.nvim_win_set_cursor(0, { n, column + at - 2 })
      return true
    end
  end
  return false
end

function D.top()
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
end

function D.insert(text)
  keys('i' .. text:gsub('<', '<lt>') .. '<Esc>')
end

function D.erase(count)
  keys(count .. 'x')
end

function D.diagnostics()
  return vim.tbl_map(function(d)
    local lsp = d.user_data and d.user_data.lsp or {}
    return { line = d.lnum + 1, code = d.code or lsp.code, message = d.message }
  end, vim.diagnostic.get(0))
end

function D.act(title)
  choice = title
  vim.lsp.buf.code_action()
end

function D.jump()
  vim.lsp.buf.definition()
end

function D.here()
  return { file = vim.fn.resolve(vim.fn.expand('%:p')), line = vim.trim(vim.fn.getline('.')) }
end

function D.rename(name)
  vim.lsp.buf.rename(name)
end

function D.format()
  -- The first is there since Neovim 0.8.
  (vim.lsp.buf.format or vim.lsp.buf.formatting)()
end

function D.text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
end

function D.hover()
  vim.lsp.buf.hover()
end

function D.hovered()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
  return ''
end

function D.complete(text)
  vim.o.completeopt = 'menuone,noselect'
  keys('i' .. text .. '<C-x><C-o>')
end

function D.menu()
  return vim.tbl_map(function(item)
    return item.word
  end, vim.fn.complete_info({ 'items' }).items)
end

function D.call(request)
  local r = vim.fn.json_decode(request)
  local ok, result = pcall(D[r.name], unpack(r.args))
  if not ok then
    return vim.fn.json_encode({ error = tostring(result) })
  end
  if result == nil then
    result = true
  end
  return vim.fn.json_encode({ result = result })
end

Driver = D
require('firn').setup({
  cmd = { vim.env.FIRN_BINARY, 'lsp' },
  settings = { language = { pipeOperators = true } },
})
