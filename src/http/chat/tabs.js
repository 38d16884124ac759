// The same person's other tabs in this browser: what is said in one is seen in all. It goes nowhere else.

/** `sent()` gives what this tab has sent, `adopt(messages)` hears what others have. `tell` passes a message on. */
export function openTabs(person, { sent, adopt }) {
  // An old browser has none: its tabs then show what they have sent themselves.
  if (typeof BroadcastChannel !== 'function') return { tell() {}, close() {} }
  const wire = new BroadcastChannel(`preceptor.${person}`)
  wire.onmessage = ({ data }) => {
    if (data.asking) wire.postMessage({ said: sent() })
    else adopt(data.said)
  }
  wire.postMessage({ asking: true })
  return {
    tell(message) {
      wire.postMessage({ said: [message] })
    },
    close() {
      wire.close()
    },
  }
}
