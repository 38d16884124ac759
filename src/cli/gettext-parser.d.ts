// What is used of gettext-parser, which comes without types.
declare module 'gettext-parser' {
  export interface Entry {
    msgctxt?: string
    msgid: string
    msgstr: string[]
    comments?: { extracted?: string; flag?: string; translator?: string }
  }
  export interface Catalogue {
    charset: string
    headers: Record<string, string>
    translations: Record<string, Record<string, Entry>>
  }
  export const po: {
    /** @throws SyntaxError and others when it is no gettext file. */
    parse(input: Uint8Array | string): Catalogue
    compile(catalogue: Catalogue): Uint8Array
  }
}
