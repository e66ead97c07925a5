/** A line that appears for a moment and is read out: what was copied, what went wrong. */
class Notice {
  text = $state("");
  /** errors stay until they are dismissed */
  lasting = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.#show(text, false);
    this.#timer = setTimeout(() => this.dismiss(), 4000);
  }

  warn(problem: unknown): void {
    this.#show(problem instanceof Error ? problem.message : String(problem), true);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.text = "";
  }

  #show(text: string, lasting: boolean): void {
    clearTimeout(this.#timer);
    this.text = text;
    this.lasting = lasting;
  }
}

export const notice = new Notice();
