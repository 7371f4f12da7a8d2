// The element's own modality: the focus stays inside, Escape closes, and the focus goes back.
export function open(dialog) {
  dialog.showModal();
  // What is to be typed into has the focus, else the dialog itself: its close button is no beginning.
  if (!dialog.querySelector('[autofocus]')) {
    dialog.tabIndex = -1;
    dialog.focus();
  }
  dialog.addEventListener('click', event => {
    // Only the backdrop is outside the dialog's box.
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) {
      dialog.close();
    }
  });
}

export function close(dialog) {
  dialog.close();
}
