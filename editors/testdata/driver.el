;;; driver.el --- What the tests do in Emacs  -*- lexical-binding: t; -*-

;; Each function does what a user would and returns at once; the tests look at
;; the outcome until it is there.

(load (expand-file-name "packages.el" (file-name-directory load-file-name)) nil t)
(require 'cl-lib)
(require 'json)
(setq firn-command (list (getenv "FIRN_BINARY") "lsp"))
(require 'firn)

(setq create-lockfiles nil
      make-backup-files nil
      enable-local-variables nil
      eglot-autoshutdown t)
(setq-default eglot-workspace-configuration
              '((:firn . (:language (:pipeOperators t)))))

(defvar driver-buffer nil "The buffer that the user is in.")

(defun driver-open (path)
  (find-file path)
  (setq driver-buffer (current-buffer))
  ;; Eglot connects after the command.
  (run-hooks 'post-command-hook)
  t)

(defun driver-ready ()
  (with-current-buffer driver-buffer
    (and (eglot-managed-p) t)))

(defun driver-root ()
  (with-current-buffer driver-buffer
    (directory-file-name (expand-file-name (project-root (eglot--project (eglot-current-server)))))))

(defun driver-point (pattern)
  (with-current-buffer driver-buffer
    (let* ((parts (split-string pattern "‸")))
      (goto-char (point-min))
      (and (search-forward (apply #'concat parts) nil t)
           (progn
             (backward-char (length (cadr parts)))
             (set-window-point (selected-window) (point))
             t)))))

(defun driver-top ()
  (with-current-buffer driver-buffer
    (goto-char (point-min))
    (set-window-point (selected-window) (point)))
  t)

(defun driver-insert (text)
  (switch-to-buffer driver-buffer)
  (let ((blink-matching-paren nil))
    (execute-kbd-macro text))
  t)

(defun driver-erase (count)
  (switch-to-buffer driver-buffer)
  (execute-kbd-macro (kbd (format "C-u %d C-d" count)))
  t)

(defun driver-diagnostics ()
  (with-current-buffer driver-buffer
    (vconcat
     (mapcar (lambda (d)
               (list (cons 'line (line-number-at-pos (flymake-diagnostic-beg d)))
                     (cons 'code (plist-get (cdr (assoc 'eglot-lsp-diag (flymake-diagnostic-data d))) :code))
                     (cons 'message (flymake-diagnostic-text d))))
             (flymake-diagnostics)))))

(defun driver-act (title)
  (with-current-buffer driver-buffer
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt items &rest _)
                 (car (assoc title items))))
              (last-nonmenu-event t))
      (eglot-code-actions (line-beginning-position) (line-end-position) nil t)))
  t)

(defun driver-jump ()
  (switch-to-buffer driver-buffer)
  (execute-kbd-macro (kbd "M-."))
  (setq driver-buffer (window-buffer (selected-window)))
  t)

(defun driver-here ()
  (with-current-buffer driver-buffer
    (list (cons 'file (file-truename buffer-file-name))
          (cons 'line (string-trim (thing-at-point 'line t))))))

(defun driver-rename (name)
  (with-current-buffer driver-buffer
    (let ((eglot-confirm-server-initiated-edits nil))
      (eglot-rename name)))
  t)

(defun driver-format ()
  (with-current-buffer driver-buffer
    (eglot-format-buffer))
  t)

(defun driver-text ()
  (with-current-buffer driver-buffer
    (buffer-substring-no-properties (point-min) (point-max))))

(defun driver-hover ()
  (switch-to-buffer driver-buffer)
  (eldoc-print-current-symbol-info)
  t)

(defun driver-hovered ()
  (let ((buffer (seq-find (lambda (b) (string-match-p "\\*eldoc" (buffer-name b))) (buffer-list))))
    (if buffer
        (with-current-buffer buffer
          (buffer-substring-no-properties (point-min) (point-max)))
      "")))

(defun driver-complete (text)
  (driver-insert text)
  (with-current-buffer driver-buffer
    (completion-at-point))
  t)

(defun driver-menu ()
  (let ((menu (get-buffer "*Completions*")))
    (if menu
        (with-current-buffer menu
          (vconcat (split-string (buffer-substring-no-properties (point-min) (point-max)) "[ \t\n]+" t)))
      [])))

(defun driver-call (request)
  "Carry out REQUEST, a list in JSON of a name and arguments."
  (let* ((json-false nil)
         (request (json-parse-string request :array-type 'list :object-type 'alist)))
    (condition-case err
        (json-serialize
         (list (cons 'result
                     (pcase (apply (intern (concat "driver-" (alist-get 'name request)))
                                   (alist-get 'args request))
                       ('nil :false)
                       (value value))))
         :null-object nil)
      (error (json-serialize (list (cons 'error (error-message-string err))))))))

;;; driver.el ends here
