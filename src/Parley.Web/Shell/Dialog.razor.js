// @ts-check

/**
 * Opens the dialog above everything; a press beside it closes it.
 * @param {HTMLDialogElement} dialog
 */
export function open(dialog) {
  dialog.showModal();
  /** @type {HTMLElement|null} */ (dialog.querySelector('[autofocus]'))?.focus();
  dialog.addEventListener('pointerdown', event => {
    // The backdrop belongs to the dialog: a press on the element itself, outside its box, is beside it.
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close();
  });
}
