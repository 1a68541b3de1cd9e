;;; packages.el --- Find Eglot  -*- lexical-binding: t; -*-

;; Emacs has it since version 29; for older ones Debian keeps it here.
(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)

;;; packages.el ends here
