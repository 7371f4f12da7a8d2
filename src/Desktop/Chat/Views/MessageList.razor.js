// Follows a text that grows, until the person scrolls up to read.
export function follow(scroller, content, button) {
  const near = 48;
  let following = true;

  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;

  function keep() {
    if (following) {
      scroller.scrollTop = scroller.scrollHeight;
    }
    button.hidden = following || distance() <= near;
  }

  function onScroll() {
    // Growth alone never moves the view away from the end: keep() has put it back before anybody sees it.
    following = distance() <= near;
    button.hidden = following;
  }

  function onWheel(event) {
    if (event.deltaY < 0 && scroller.scrollHeight > scroller.clientHeight) {
      following = false;
    }
  }

  function toEnd() {
    following = true;
    keep();
  }

  const sizes = new ResizeObserver(keep);
  sizes.observe(content);
  sizes.observe(scroller);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  scroller.addEventListener('wheel', onWheel, { passive: true });
  button.addEventListener('click', () => {
    toEnd();
    scroller.focus({ preventScroll: true });
  });
  return {
    toEnd,
    dispose() {
      sizes.disconnect();
    },
  };
}
