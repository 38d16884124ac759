/** Makes an element with a class and children (texts become text nodes: nothing is ever read as markup). */
export function element(tag, className, ...children) {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...children)
  return node
}
