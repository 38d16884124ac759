// Pictures and documents in the conversation. They are fetched with the person's token, so that a link alone opens
// nothing, and shown from the page's own memory.
import { element } from './element.js'
import { word } from './words.js'

/** Opens the files of one conversation; `fetchFile(id)` resolves with a Blob, or rejects with a ServiceError. */
export function openFiles(fetchFile) {
  const urls = new Map()
  const closing = new AbortController()
  // Over a slow link only what somebody looks at is worth its bytes.
  const watch = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue
        watch.unobserve(target)
        target.dispatchEvent(new Event('seen'))
      }
    },
    { rootMargin: '300px' },
  )

  /** The file as an address only this page can open; fetched once. */
  function urlOf(id) {
    if (!urls.has(id)) {
      const url = fetchFile(id).then((blob) => {
        if (closing.signal.aborted) throw closing.signal.reason
        return URL.createObjectURL(blob)
      })
      urls.set(id, url)
      url.catch(() => urls.delete(id))
    }
    return urls.get(id)
  }

  /** Puts what went wrong in place of the file: gone for good, or to be tried again by a tap. */
  function showFault(holder, error, retry) {
    if (closing.signal.aborted) return
    if (!error.passing) {
      holder.replaceChildren(element('p', 'gone', word('file_gone')))
      return
    }
    const button = element('button', 'plain', word('file_again'))
    button.type = 'button'
    button.addEventListener('click', retry)
    holder.replaceChildren(button)
  }

  function picture({ file, alt }) {
    const holder = element('figure', 'picture', element('p', 'gone', word('file_loading')))
    async function load() {
      holder.replaceChildren(element('p', 'gone', word('file_loading')))
      try {
        const url = await urlOf(file)
        const image = element('img', '')
        image.alt = alt ?? ''
        image.src = url
        const link = element('a', '', image)
        link.href = url
        link.target = '_blank'
        link.rel = 'noopener'
        if (image.alt === '') link.setAttribute('aria-label', word('file_open'))
        await image.decode()
        if (!closing.signal.aborted) holder.replaceChildren(link)
      } catch (error) {
        showFault(holder, error, load)
      }
    }
    holder.addEventListener('seen', () => void load(), { once: true })
    watch.observe(holder)
    return holder
  }

  function offer({ file, name }) {
    const holder = element('div', 'document')
    const button = element('button', 'plain', `${word('file_open')}: ${name}`)
    button.type = 'button'
    async function download() {
      button.disabled = true
      try {
        const link = element('a', '')
        link.href = await urlOf(file)
        link.download = name
        link.click()
        holder.replaceChildren(button)
      } catch (error) {
        showFault(holder, error, download)
      } finally {
        button.disabled = false
      }
    }
    button.addEventListener('click', download)
    holder.append(button)
    return holder
  }

  return {
    show: (attachment) => (attachment.kind === 'image' ? picture(attachment) : offer(attachment)),
    close() {
      closing.abort()
      watch.disconnect()
      for (const url of urls.values()) url.then(URL.revokeObjectURL, () => undefined)
    },
  }
}
