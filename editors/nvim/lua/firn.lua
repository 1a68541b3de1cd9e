--- firn in Neovim: a language server for each workspace of Nix files.
---
--- `require('firn').setup()` in init.lua is all that it takes. The options are
---   cmd       the command that starts the server, { 'firn', 'lsp' }
---   settings  those of docs/settings.md, with names as in `pipeOperators`
---   on_attach a function that gets the client and the buffer
local M = {}

--- What the root of a workspace has in it.
M.markers = { 'firn.toml', 'flake.nix', '.git' }

local uv = vim.uv or vim.loop

--- The directory that a file belongs to: the nearest with a marker, else its
--- own.
function M.root(path)
  local own = vim.fn.fnamemodify(path, ':p:h')
  local dir = own
  while true do
    for _, marker in ipairs(M.markers) do
      if uv.fs_stat(dir .. '/' .. marker) then
        return dir
      end
    end
    local parent = vim.fn.fnamemodify(dir, ':h')
    if parent == dir then
      return own
    end
    dir = parent
  end
end

--- The configuration for vim.lsp.config, of Neovim 0.11 and later.
function M.config()
  return {
    cmd = { 'firn', 'lsp' },
    filetypes = { 'nix' },
    root_dir = function(buffer, use)
      use(M.root(vim.api.nvim_buf_get_name(buffer)))
    end,
  }
end

-- The servers that run, by root. Only for Neovim before 0.11.
local running = {}

-- Neovim 0.7 does not say that it can be asked for settings, so the server gets
-- them at once.
local function start(root, opts)
  local id
  id = vim.lsp.start_client({
    name = 'firn',
    cmd = opts.cmd,
    root_dir = root,
    init_options = { firn = opts.settings },
    settings = { firn = opts.settings },
    on_attach = opts.on_attach,
    on_exit = function()
      if running[root] == id then
        running[root] = nil
      end
    end,
  })
  return id
end

-- Later versions of Neovim set these options themselves.
local function use_in(buffer)
  vim.api.nvim_buf_set_option(buffer, 'omnifunc', 'v:lua.vim.lsp.omnifunc')
  vim.api.nvim_buf_set_option(buffer, 'tagfunc', 'v:lua.vim.lsp.tagfunc')
end

local function attach(buffer, opts)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == '' or vim.api.nvim_buf_get_option(buffer, 'buftype') ~= '' then
    return
  end
  local root = M.root(name)
  running[root] = running[root] or start(root, opts)
  if running[root] and vim.lsp.buf_attach_client(buffer, running[root]) then
    use_in(buffer)
  end
end

--- Starts firn for all Nix files, those that are open included.
function M.setup(opts)
  opts = vim.tbl_extend('keep', opts or {}, { cmd = { 'firn', 'lsp' }, settings = vim.empty_dict() })
  if vim.lsp.config then
    vim.lsp.config('firn', {
      cmd = opts.cmd,
      settings = { firn = opts.settings },
      on_attach = opts.on_attach,
    })
    vim.lsp.enable('firn')
    return
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('firn', { clear = true }),
    pattern = 'nix',
    callback = function(event)
      attach(event.buf, opts)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_option(buffer, 'filetype') == 'nix' then
      attach(buffer, opts)
    end
  end
end

return M
