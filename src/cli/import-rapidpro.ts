// A RapidPro or TextIt export as dialogues, one a flow. What does not fit is listed; nothing is dropped in silence.
import { readFile } from 'node:fs/promises'
import { LANGUAGES, type LocalText } from '../words/language.ts'
import {
  awaitingIn,
  completeIn,
  DraftSteps,
  type Imported,
  Names,
  Notes,
  untranslated,
  type Written,
} from './draft-steps.ts'
import { counted } from './counted.ts'
import { type Action, type RapidproFlow, type RapidproNode, rapidproSchema } from './rapidpro-export.ts'
import { askedBy, chosenBy, type Branch } from './rapidpro-router.ts'
import { RapidproTexts } from './rapidpro-texts.ts'

/** @returns in one sentence why the file is no export that can be read. */
export async function importRapidpro(
  file: string,
  commands: ReadonlySet<string>,
): Promise<Imported[] | string> {
  const source = await readFile(file, 'utf8').catch(() => undefined)
  if (source === undefined) return `There is no file ${file} that can be read.`
  let written: unknown
  try {
    written = JSON.parse(source)
  } catch {
    return `${file} is no JSON: export the flows of the workspace, and give the file as it is.`
  }
  const read = rapidproSchema.safeParse(written)
  if (!read.success) {
    const [issue] = read.error.issues
    return `${file} is no export of flows that can be read (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}): exports of version 13 and later can.`
  }
  const { flows, campaigns, triggers } = read.data
  const ids = new Names('-')
  for (const { name } of flows) ids.of(name)
  return flows.map((flow, index) => {
    const notes = new Notes()
    if (index === 0 && campaigns.length > 0)
      notes.add('export', `${counted(campaigns.length, 'campaign is', 'campaigns are')} not carried over`)
    if (index === 0 && triggers.length > 0)
      notes.add('export', `${counted(triggers.length, 'trigger is', 'triggers are')} not carried over`)
    return new FlowImport(flow, { all: flows, ids, notes, commands }).imported()
  })
}

interface Around {
  readonly all: readonly RapidproFlow[]
  readonly ids: Names
  readonly notes: Notes
  readonly commands: ReadonlySet<string>
}

/** Actions that say nothing, and what becomes of them. */
const LEFT: Readonly<Record<string, string>> = {
  set_contact_language: 'people choose their language by themselves',
  set_contact_channel: 'people are answered where they write',
  set_contact_status: 'people leave and come back by themselves',
  add_contact_urn: 'addresses are known from who writes',
}

class FlowImport {
  readonly #flow: RapidproFlow
  readonly #around: Around
  readonly #steps = new DraftSteps()
  readonly #names = new Names('')
  readonly #texts: RapidproTexts
  readonly #saved = new Set<string>()
  /** Flows entered on the way here: one that enters itself goes round. */
  readonly #within: readonly string[]

  constructor(flow: RapidproFlow, around: Around, within: readonly string[] = []) {
    this.#flow = flow
    this.#around = around
    this.#within = within
    this.#texts = new RapidproTexts(flow, this.#names, around.notes)
  }

  imported(): Imported {
    const { notes, ids } = this.#around
    const { name, type, nodes } = this.#flow
    if (type !== 'messaging')
      notes.add(name, `it is a flow of type "${type}": only what it says in messages is carried over`)
    if (nodes.length > 0) this.#walk(nodes)
    const steps = this.#declared(this.#steps.finish())
    const complete = completeIn(steps)
    const languages = complete.includes(this.#texts.base) ? complete : [this.#texts.base, ...complete]
    for (const language of LANGUAGES)
      if (!languages.includes(language) && JSON.stringify(steps).includes(`"${language}":`))
        notes.add(language, untranslated(steps, language))
    if (this.#saved.size > 0)
      notes.add(
        'results, fields and groups',
        'they last as long as the talk: a deed that stores them is for a developer',
      )
    const title = Object.fromEntries(languages.map((language) => [language, name]))
    return {
      id: ids.of(name),
      flow: { kind: 'dialogue', title, languages, status: 'draft', ...awaitingIn(languages), steps },
      notes: notes.lines,
    }
  }

  /** What is shown or looked at and nobody has saved is known as nothing from the start. */
  #declared(steps: Written[]): Written[] {
    const known = new Set([...this.#saved, 'name', 'code', 'subject'])
    const lost = [...this.#texts.used].filter((name) => !known.has(name))
    for (const name of lost)
      this.#around.notes.add(this.#flow.name, `"${name}" is read and never set in it: it shows as …`)
    return [...lost.map((name) => ({ set: name, to: '…' })), ...steps]
  }

  #walk(nodes: readonly RapidproNode[]): void {
    const byId = new Map(nodes.map((node) => [node.uuid, node]))
    const labels = new Map(nodes.map((node, index) => [node.uuid, `node-${index + 1}`]))
    const done = new Set<string>()
    const open: string[] = [nodes[0]?.uuid ?? '']
    const merged = this.#merged(nodes)
    let end: string | undefined
    const labelOf = (uuid: string | null | undefined): string => {
      const label = labels.get(uuid ?? '')
      if (label === undefined) return (end ??= this.#steps.newLabel())
      open.push(uuid ?? '')
      return label
    }
    for (let uuid = open.pop(); uuid !== undefined; uuid = open.pop()) {
      const node = byId.get(uuid)
      if (!node || done.has(uuid)) continue
      done.add(uuid)
      this.#steps.mark(labels.get(uuid) ?? '')
      this.#node(node, labelOf, merged)
    }
    if (end !== undefined) {
      this.#steps.mark(end)
      this.#steps.add({ end: true })
    }
    const left = nodes.filter(({ uuid }) => !done.has(uuid))
    for (const node of left)
      for (const what of node.actions.length > 0 ? node.actions : [{ type: 'split', text: '' }])
        this.#around.notes.add(
          this.#where(node),
          `no way that is carried over leads here: ${what.type}${what.text ? ` “${what.text}”` : ''} is left out`,
        )
  }

  /** Messages that are the question of the wait they alone lead to: the wait's node, by the message's node. */
  #merged(nodes: readonly RapidproNode[]): ReadonlyMap<string, Action> {
    const merged = new Map<string, Action>()
    for (const node of nodes) {
      const last = node.actions.at(-1)
      const [exit] = node.exits
      const next = nodes.find(({ uuid }) => uuid === exit?.destination_uuid)
      const only =
        !node.router && last?.type === 'send_msg' && next?.router?.wait && next.actions.length === 0
      if (only && !merged.has(next.uuid)) merged.set(next.uuid, last)
    }
    return merged
  }

  #node(
    node: RapidproNode,
    labelOf: (uuid: string | null | undefined) => string,
    merged: ReadonlyMap<string, Action>,
  ): void {
    const own = node.router?.wait ? node.actions.findLast(({ type }) => type === 'send_msg') : undefined
    const asked = new Set([own, ...merged.values()])
    for (const action of node.actions) if (!asked.has(action)) this.#action(action, node)
    const { router } = node
    if (!router) {
      this.#steps.add({ goto: labelOf(node.exits[0]?.destination_uuid) })
      return
    }
    const exitOf = (category: string | null | undefined): string => {
      const exit = router.categories.find(({ uuid }) => uuid === category)?.exit_uuid
      return labelOf(node.exits.find(({ uuid }) => uuid === exit)?.destination_uuid)
    }
    const places = {
      where: this.#where(node),
      texts: this.#texts,
      notes: this.#around.notes,
      commands: this.#around.commands,
    }
    const question = own ?? merged.get(node.uuid)
    const {
      steps,
      branches,
      otherwise,
    }: { steps: Written[]; branches: Branch[]; otherwise: string | undefined } = router.wait
      ? askedBy(router, question, places, (uuid) => this.#question(uuid, node))
      : { steps: [], ...chosenBy(router, places) }
    for (const step of steps) {
      if (typeof step['save'] === 'string') this.#save(step['save'])
      this.#steps.add(step)
    }
    for (const { guard, test, category } of branches) {
      const past = guard && this.#steps.newLabel()
      if (past !== undefined) this.#steps.add({ ...guard, goto: past })
      this.#steps.add({ ...test, goto: exitOf(category) })
      if (past !== undefined) this.#steps.mark(past)
    }
    this.#steps.add({ goto: exitOf(otherwise) })
  }

  /** The text of a node whose question another one is asked with. */
  #question(action: Action | undefined, node: RapidproNode): LocalText {
    if (action?.text)
      return this.#texts.text({ uuid: action.uuid, key: 'text' }, action.text, this.#where(node))
    this.#around.notes.add(
      this.#where(node),
      'it waits without having asked anything: a question is to be written',
    )
    return { [this.#texts.base]: '?' }
  }

  #action(action: Action, node: RapidproNode): void {
    const where = this.#where(node)
    const { notes } = this.#around
    switch (action.type) {
      case 'send_msg': {
        if (action.text)
          this.#steps.add({ say: this.#texts.text({ uuid: action.uuid, key: 'text' }, action.text, where) })
        for (const file of action.attachments ?? [])
          notes.add(where, `the attachment ${file} is not carried over`)
        if (action.quick_replies?.length)
          notes.add(where, 'its quick replies lead to no wait: they are left out')
        return
      }
      case 'set_run_result':
        return this.#set(this.#texts.result(action.name ?? ''), action.value ?? '', where)
      case 'set_contact_field':
        return this.#set(this.#texts.field(action.field?.key ?? action.name ?? ''), action.value ?? '', where)
      case 'set_contact_name':
        return this.#set('name', action.value ?? '', where)
      case 'add_contact_groups':
      case 'remove_contact_groups':
        for (const { name } of action.groups ?? [])
          this.#set(this.#texts.group(name), action.type === 'add_contact_groups' ? 'yes' : '', where)
        return
      case 'enter_flow':
        return this.#enter(action.flow?.uuid, action.flow?.name ?? '', where)
      default:
        notes.add(
          where,
          `"${action.type}" is not carried over${LEFT[action.type] ? `: ${LEFT[action.type]}` : ''}`,
        )
    }
  }

  #set(name: string, value: string, where: string): void {
    this.#save(name)
    if (!value.includes('@')) return this.#steps.add({ set: name, to: value })
    const from = this.#texts.nameOf(value)
    if (from === undefined) {
      this.#around.notes.add(where, `the value ${value} is not carried over: "${name}" stays empty`)
      return this.#steps.add({ set: name, to: '' })
    }
    this.#texts.used.add(from)
    if (from !== name) this.#steps.add({ copy: from, to: name })
  }

  #save(name: string): void {
    this.#saved.add(name)
    this.#texts.heard(name)
  }

  /** Another flow of the export is put here step by step, so that the talk comes back to this one. */
  #enter(uuid: string | undefined, name: string, where: string): void {
    const { all, notes } = this.#around
    const inner = all.find((flow) => flow.uuid === uuid)
    if (!inner) return notes.add(where, `the flow "${name}" is not in the export: it is not entered`)
    if (inner.uuid === this.#flow.uuid || this.#within.includes(inner.uuid))
      return notes.add(where, `the flow "${name}" enters itself: it is not entered again`)
    const child = new FlowImport(inner, this.#around, [...this.#within, this.#flow.uuid])
    child.#walk(inner.nodes)
    const after = this.#steps.newLabel()
    const prefix = this.#steps.newLabel()
    for (const step of child.#declared(child.#steps.finish())) {
      const { id, goto, ...rest } = step
      if (typeof id === 'string') this.#steps.mark(`${prefix}-${id}`)
      if ('end' in step) this.#steps.add({ goto: after })
      else this.#steps.add({ ...rest, ...(typeof goto === 'string' && { goto: `${prefix}-${goto}` }) })
    }
    this.#steps.mark(after)
    for (const saved of child.#saved) this.#save(saved)
  }

  #where(node: RapidproNode): string {
    return `${this.#flow.name}, node ${this.#flow.nodes.indexOf(node) + 1}`
  }
}
