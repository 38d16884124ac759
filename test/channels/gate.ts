/** Something to wait at until somebody opens it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const openers: (() => void)[] = []
  const opened = new Promise<void>((resolve) => {
    openers.push(resolve)
  })
  return {
    opened,
    open() {
      for (const open of openers) open()
    },
  }
}
