// Programs that a test starts and stops.
import { type ChildProcess, spawn } from 'node:child_process'

/** A program that prints a line when it is ready. */
export class Program {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: string[],
  ) {}

  static async start(command: string, args: string[], ready: RegExp, env: Record<string, string> = {}): Promise<Program> {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      const hear = (bytes: Buffer) => {
        lines.push(...bytes.toString().split('\n'))
        if (lines.some((line) => ready.test(line))) resolve()
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', (bytes: Buffer) => lines.push(...bytes.toString().split('\n')))
      child.on('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${lines.join('\n')}`)))
    })
    return new Program(child, lines)
  }

  said(pattern: RegExp): string {
    for (const line of this.lines) {
      const found = pattern.exec(line)
      if (found?.[1]) return found[1]
    }
    throw new Error(`nothing like ${pattern} in:\n${this.lines.join('\n')}`)
  }

  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.process
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`a program ended by itself with ${exitCode ?? signalCode}:\n${this.lines.slice(-20).join('\n')}`)
    }
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    await ended
  }
}

/** A program or file that the suite is given by the environment. */
export function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the suite with cargo xtask test`)
  return value
}
