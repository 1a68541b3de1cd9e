-- Found by vim.lsp.enable('firn'), of Neovim 0.11 and later.
return require('firn').config()
