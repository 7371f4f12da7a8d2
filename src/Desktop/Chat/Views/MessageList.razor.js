// Follows a text that grows, until the person scrolls up to read.
export function follow(scroller, content, button) {
  const near = 48;
  let following = true;
  let top = 0;

  const distance = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;

  function keep() {
    if (following) {
      scroller.scrollTop = scroller.scrollHeight;
    }
    button.hidden = following || distance() <= near;
  }

  function onScroll() {
    // Told a moment late: a text that has grown meanwhile is further from its end, but only the person goes up.
    const up = scroller.scrollTop < top;
    top = scroller.scrollTop;
    if (distance() <= near) {
      following = true;
    } else if (up) {
      following = false;
    }
    button.hidden = following || distance() <= near;
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

  function toTop() {
    following = false;
    scroller.scrollTop = 0;
    button.hidden = true;
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
    toTop,
    dispose() {
      sizes.disconnect();
    },
  };
}
