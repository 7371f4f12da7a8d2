// A page whose circuit has ended for good is drawn anew; the app keeps all that was on it.
document.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') {
    location.reload();
  }
});
