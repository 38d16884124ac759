// The page behind the code of a certificate: valid, due for a refresher, or unknown, in four languages.
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Checked } from '../usecases/check-certificate.ts'
import { inLanguage, type Language, LANGUAGES, LOCALES } from '../words/language.ts'
import { read } from './read.ts'

/** Checks of one address in a minute: a ministry checks a pile of them, whoever guesses codes tries thousands. */
const MOST_CHECKS = 30

const asked = z.strictObject({ code: z.string().max(60) })
const wanted = z.object({ lang: z.enum(LANGUAGES).optional().catch(undefined) })

export interface CheckOptions {
  readonly check: (code: string) => Promise<Checked>
  readonly timezone: string
}

export function serveChecks(app: FastifyInstance, { check, timezone }: CheckOptions): void {
  const rateLimit = {
    max: MOST_CHECKS,
    timeWindow: 60_000,
    keyGenerator: ({ ip }: { ip: string }) => `check ${normalizeIP(ip)}`,
  }
  app.get('/check/:code', { config: { rateLimit } }, async (request, reply) => {
    const { code } = read(asked, request.params)
    const { lang } = read(wanted, request.query)
    const language = lang ?? preferred(request.headers['accept-language'] ?? '')
    const checked = await check(code)
    reply
      .header('cache-control', 'no-store')
      .header('x-robots-tag', 'noindex')
      .header('content-language', language)
    return reply
      .status(checked.state === 'unknown' ? 404 : 200)
      .type('text/html; charset=utf-8')
      .send(page(checked, language, timezone))
  })
}

/** The first language of ours that a browser asks for. */
function preferred(header: string): Language {
  const named = header.split(',').map((part) => part.trim().slice(0, 2).toLowerCase())
  return named.flatMap((tag) => LANGUAGES.filter((language) => language === tag))[0] ?? 'en'
}

const WORDS = {
  valid: [
    'This certificate is valid',
    'Ce certificat est valable',
    'Iyi mpamyabushobozi ifite agaciro',
    'Cheti hiki ni halali',
  ],
  due: [
    'This certificate stands; a refresher is due',
    'Ce certificat reste acquis ; un rappel est dû',
    'Iyi mpamyabushobozi iracyafite agaciro; kwiyibutsa birakenewe',
    'Cheti hiki kinabaki; marudio yanahitajika',
  ],
  unknown: [
    'There is no certificate with this code',
    'Aucun certificat ne porte ce code',
    'Nta mpamyabushobozi ifite iyi kode',
    'Hakuna cheti chenye msimbo huu',
  ],
  retype: [
    'Please compare every sign of the code with the certificate.',
    'Veuillez comparer chaque signe du code avec le certificat.',
    'Gereranya buri nyuguti ya kode n’iri ku mpamyabushobozi.',
    'Tafadhali linganisha kila herufi ya msimbo na cheti.',
  ],
  name: ['Name', 'Nom', 'Izina', 'Jina'],
  competency: ['Competency', 'Compétence', 'Ubushobozi', 'Umahiri'],
  date: ['Validated on', 'Validé le', 'Yemejwe ku wa', 'Ilithibitishwa tarehe'],
  facility: ['Facility', 'Établissement', 'Ikigo', 'Kituo'],
  since: ['Refresher due since', 'Rappel dû depuis le', 'Kwiyibutsa kuva ku wa', 'Marudio tangu tarehe'],
} as const

const NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  rw: 'Ikinyarwanda',
  sw: 'Kiswahili',
}
function page(checked: Checked, language: Language, timeZone: string): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][LANGUAGES.indexOf(language)] ?? ''
  const day = (at: number): string =>
    new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone }).format(at)
  const line = (label: keyof typeof WORDS, value: string): string =>
    value === '' ? '' : `<dt>${word(label)}</dt><dd>${escaped(value)}</dd>`
  const body =
    checked.state === 'unknown'
      ? `<p>${word('retype')}</p>`
      : `<dl>${[
          line('name', checked.name),
          line('competency', inLanguage(checked.competency, language)),
          line('date', day(checked.at)),
          line('facility', checked.facility),
          checked.dueAt === undefined ? '' : line('since', day(checked.dueAt)),
        ].join('')}</dl>`
  const others = LANGUAGES.filter((other) => other !== language).map(
    (other) => `<a href="?lang=${other}" hreflang="${other}" lang="${other}">${NAMES[other]}</a>`,
  )
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Preceptor</title><link rel="stylesheet" href="/chat/chat.css"></head>
<body><main class="page check"><p class="brand">Preceptor</p><h1 data-state="${checked.state}">${word(checked.state)}</h1>
${body}<p class="note">${others.join(' · ')}</p></main></body></html>`
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? '')
