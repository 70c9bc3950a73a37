/**
 * A reader who does what a guide says: writes its files, types its commands one after the other into a real shell, and
 * sees whether they print what the page says. Home folder and ports are the reader's own.
 */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homePaths, isSameProcess, readInstance, sendSignal, type ProcessIdentity } from '@perdure/home';
import { freePorts, until } from '@perdure/testing';
import { fileIn, itemsIn, readGuide, showsAll, typed, type GuideItem, type Known } from './guide-page.ts';
import { Terminal } from './guide-terminal.ts';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

export interface GuideOptions {
  /**
   * Texts of the page that are others here: a port that must be free, a time that a test need not wait. Home folder and
   * address of the server are others anyway.
   */
  readonly swap?: Readonly<Record<string, string>>;
}

const patienceMs = 60_000;

/** One reading of one page. */
export class Guide implements AsyncDisposable {
  readonly #page: string;
  readonly #items: GuideItem[];
  readonly #swap: Readonly<Record<string, string>>;
  readonly #known: Known = new Map();
  readonly #terminals: Terminal[] = [];
  readonly #started: ProcessIdentity[] = [];
  readonly #home = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-guide-')));
  readonly #ports: readonly number[];
  readonly #onExit = (): void => this.#killEverything();
  /** State roots that commands of the page have named. */
  readonly #roots = new Set<string>();
  #folder = this.#home;

  static async open(name: string, options: GuideOptions = {}): Promise<Guide> {
    return new Guide(readGuide(name), await freePorts(3), options);
  }

  private constructor(page: string, ports: readonly number[], { swap = {} }: GuideOptions) {
    this.#page = page;
    this.#items = itemsIn(page);
    this.#ports = ports;
    this.#swap = { ...swap, '/home/ada': this.#home, '127.0.0.1:7373': `127.0.0.1:${ports[0]}` };
    mkdirSync(join(this.#home, 'bin'));
    this.program('perdure', `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    process.on('exit', this.#onExit);
  }

  /** A file of the project. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Puts a program on the reader's `PATH`, before all others. */
  program(name: string, text: string): void {
    const file = join(this.#home, 'bin', name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** Writes files as they are on the page. */
  write(...names: readonly string[]): void {
    for (const name of names) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), this.#swapped(fileIn(this.#page, name)));
    }
  }

  /** Adds the block behind the mention of `what` to a definition, as its last member. */
  extend(name: string, what: string): void {
    const text = readFileSync(this.path(name), 'utf8');
    const end = text.lastIndexOf('});');
    const block = this.#swapped(fileIn(this.#page, what)).replaceAll(/^(?=.)/gm, '  ');
    writeFileSync(this.path(name), `${text.slice(0, end)}${block}${text.slice(end)}`);
  }

  /** A change that the page tells in words, both texts in backticks. */
  change(name: string, before: string, after: string): void {
    for (const text of [before, after])
      if (!this.#page.includes(`\`${text}\``)) throw new Error(`the guide does not say \`${text}\``);
    const text = readFileSync(this.path(name), 'utf8');
    if (!text.includes(before)) throw new Error(`${name} has no ${before}`);
    writeFileSync(this.path(name), text.replace(before, after));
  }

  /**
   * Types the next command of the page, which must begin like this; resolves when it has ended and printed what the
   * page shows.
   */
  async run(beginning: string, options: { readonly exitCode?: number } = {}): Promise<Terminal> {
    const { terminal, text, shown } = this.#type(beginning);
    const code = await terminal.ended(patienceMs);
    if (code !== (options.exitCode ?? 0)) throw new Error(`\`${text}\` exited with ${code}: ${terminal.text}`);
    if (shown !== undefined) this.#compare(shown, terminal);
    return terminal;
  }

  /** Types the next command of the page, which stays; resolves when it has printed what the page shows. */
  async start(beginning: string): Promise<Terminal> {
    const { terminal, shown = [] } = this.#type(beginning);
    await this.#shows(terminal, shown);
    this.#remember();
    return terminal;
  }

  /**
   * Types the next command again and again, as somebody who waits for something does, until it prints what the page
   * shows.
   */
  async look(beginning: string): Promise<void> {
    const item = this.#items[0];
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const { terminal, shown = [] } = this.#type(beginning);
      await terminal.ended(patienceMs);
      if (this.#isShown(shown, terminal)) return;
      if (item === undefined || performance.now() > deadline) return this.#compare(shown, terminal);
      this.#items.unshift(item);
    }
  }

  /** The next block of the page is what `terminal` goes on to print. */
  async sees(terminal: Terminal): Promise<void> {
    const item = this.#items.shift();
    if (item?.kind !== 'screen') throw new Error(`the guide goes on with \`${item?.text}\``);
    await this.#shows(terminal, item.shown);
  }

  /** The commands that are left: none, once the whole page was done. */
  get left(): readonly GuideItem[] {
    return this.#items;
  }

  /** Kills what was started and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#onExit);
    this.#killEverything();
    await until(() => !this.#started.some(isSameProcess), { what: 'all processes are gone' });
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  #killEverything(): void {
    this.#remember();
    for (const terminal of this.#terminals) terminal.kill();
    for (const { pid } of this.#started.filter(isSameProcess)) sendSignal(pid);
  }

  #type(beginning: string) {
    const item = this.#items.shift();
    if (item?.kind !== 'command' || !item.text.startsWith(beginning))
      throw new Error(`the guide goes on with ${item?.kind === 'command' ? item.text : 'a screen'}`);
    const text = typed(this.#swapped(item.text), this.#known);
    const inFolder = /\bcd ~\/(\S+)/.exec(text)?.[1];
    const terminal = new Terminal(text, { cwd: this.#folder, env: this.#env() });
    this.#terminals.push(terminal);
    if (inFolder !== undefined) this.#folder = join(this.#home, inFolder);
    const root = /--home ~\/(\S+)/.exec(text)?.[1];
    this.#roots.add(root === undefined ? this.path('.perdure') : join(this.#home, root));
    return { terminal, text, shown: item.shown };
  }

  async #shows(terminal: Terminal, shown: readonly string[]): Promise<void> {
    // What is printed instead tells more than that time is up.
    await until(() => this.#isShown(shown, terminal), { withinMs: patienceMs, what: '' }).catch(() => undefined);
    this.#compare(shown, terminal);
  }

  #compare(shown: readonly string[], terminal: Terminal): void {
    if (!this.#isShown(shown, terminal))
      throw new Error(`the guide shows:\n${shown.join('\n')}\nbut it printed:\n${terminal.text}`);
  }

  /** Nothing shown means that it prints nothing. */
  #isShown(shown: readonly string[], terminal: Terminal): boolean {
    if (shown.length === 0) return terminal.text.trim() === '';
    const expected = shown.map((line) => this.#swapped(line));
    return showsAll(expected, terminal.text, this.#known);
  }

  #swapped(text: string): string {
    return Object.entries(this.#swap).reduce((swapped, [from, to]) => swapped.replaceAll(from, to), text);
  }

  /** The processes of the launchers that run now, to be gone in the end whatever happens to them. */
  #remember(): void {
    for (const root of this.#roots) {
      const instance = readInstance(homePaths(root));
      if (instance.kind === 'running' || instance.kind === 'stale')
        this.#started.push(instance.info, ...Object.values(instance.info.processes));
    }
  }

  #env(): NodeJS.ProcessEnv {
    const [port, workerPort, demoModelPort] = this.#ports.map(String);
    const { PATH = '', TMPDIR = tmpdir() } = process.env;
    return {
      PATH: [join(this.#home, 'bin'), dirname(process.execPath), PATH].join(delimiter),
      TMPDIR,
      HOME: this.#home,
      // The source is compiled once, not with every command.
      NODE_COMPILE_CACHE: join(this.#home, 'compiled'),
      PERDURE_PORT: port,
      PERDURE_WORKER_PORT: workerPort,
      PERDURE_DEMO_MODEL_PORT: demoModelPort,
    };
  }
}
