;;; firn.el --- Nix files with the firn language server  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT
;; Package-Requires: ((emacs "26.3") (eglot "1.9"))

;;; Commentary:

;; Put this file on the load path and (require 'firn) into init.el.  Files
;; that end with .nix then open in `firn-nix-mode', unless another mode for
;; them is installed, and Eglot starts firn for either.

;;; Code:

(require 'eglot)
(require 'project)

(defgroup firn nil
  "Nix files with the firn language server."
  :group 'tools)

(defcustom firn-command '("firn" "lsp")
  "The command that starts the language server."
  :type '(repeat string))

(defvar firn-modes '(firn-nix-mode nix-mode nix-ts-mode)
  "The major modes that firn serves.")

(defconst firn-keywords
  '("assert" "else" "if" "in" "inherit" "let" "or" "rec" "then" "with")
  "The keywords of the language.")

(defvar firn-nix-mode-syntax-table
  (let ((table (make-syntax-table prog-mode-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?/ ". 14b" table)
    (modify-syntax-entry ?* ". 23b" table)
    (modify-syntax-entry ?' "_" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?= "." table)
    table)
  "What the characters of Nix mean, apart from indented strings.")

(defconst firn-syntax-propertize
  ;; Two quotes begin and end an indented string, but not as part of an
  ;; escape: ''' and ''$ and ''\.
  (syntax-propertize-rules
   ("''['$\\]" (0 (ignore (firn-escape))))
   ("''" (0 (ignore (firn-indented-string)))))
  "What the syntax table cannot say.")

(defun firn-in-indented-string-p (position)
  "Whether an indented string is open before POSITION."
  (eq t (nth 3 (save-excursion (syntax-ppss position)))))

(defun firn-escape ()
  "Handle what looks like an escape of an indented string."
  (unless (firn-in-indented-string-p (match-beginning 0))
    (goto-char (+ 2 (match-beginning 0)))
    (firn-delimiter (match-beginning 0))))

(defun firn-indented-string ()
  "Handle the two quotes that were matched."
  (firn-delimiter (match-beginning 0)))

(defun firn-delimiter (start)
  "Let the two quotes at START begin or end an indented string."
  (let ((state (save-excursion (syntax-ppss start))))
    (cond
     ((eq t (nth 3 state))
      (put-text-property (1+ start) (+ 2 start) 'syntax-table (string-to-syntax "|")))
     ((not (or (nth 3 state) (nth 4 state)))
      (put-text-property start (1+ start) 'syntax-table (string-to-syntax "|"))))))

;;;###autoload
(define-derived-mode firn-nix-mode prog-mode "Nix"
  "A small major mode for Nix files: comments, strings and keywords."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "\\(?:#+\\|/\\*+\\)\\s-*")
  (setq-local syntax-propertize-function firn-syntax-propertize)
  (setq-local font-lock-defaults
              `(((,(regexp-opt firn-keywords 'symbols) . font-lock-keyword-face))))
  (setq-local indent-tabs-mode nil))

(defun firn-project (directory)
  "The project of DIRECTORY: the nearest one with a flake or a firn.toml.
Only for buffers that firn serves; version control comes first."
  (when (apply #'derived-mode-p firn-modes)
    (let ((root (locate-dominating-file
                 directory
                 (lambda (d)
                   (or (file-exists-p (expand-file-name "flake.nix" d))
                       (file-exists-p (expand-file-name "firn.toml" d)))))))
      (and root (cons 'transient root)))))

(add-hook 'project-find-functions #'firn-project t)

(add-to-list 'eglot-server-programs
             (cons firn-modes (lambda (&rest _) firn-command)))

(unless (assoc "\\.nix\\'" auto-mode-alist)
  (add-to-list 'auto-mode-alist '("\\.nix\\'" . firn-nix-mode)))

(dolist (mode firn-modes)
  (add-hook (intern (format "%s-hook" mode)) #'eglot-ensure))

(provide 'firn)
;;; firn.el ends here
