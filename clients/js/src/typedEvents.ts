/** An EventTarget whose events have types. A listener that throws is reported by the platform and keeps none of the others from hearing. */
export class TypedEvents<Events> {
  readonly #target = new EventTarget();

  /** Returns what ends it. */
  on<Name extends keyof Events & string>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const hear = (event: Event) => listener((event as CustomEvent<Events[Name]>).detail);
    this.#target.addEventListener(name, hear);
    return () => this.#target.removeEventListener(name, hear);
  }

  emit<Name extends keyof Events & string>(name: Name, detail: Events[Name]): void {
    this.#target.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
