// What the theme leaves out for people who read without a mouse or without a screen.
document.addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll('[role="heading"]:not([aria-level])')) {
    caption.setAttribute("aria-level", "2");
  }
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "All pages");
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
  const reachable = () => {
    for (const box of document.querySelectorAll("pre, .table-wrapper")) {
      // A box that scrolls sideways must be reachable by keyboard.
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
    }
  };
  reachable();
  addEventListener("resize", reachable);
});
