/** The cards of the site: an index of all, and the cards of a note when they are needed. */

export interface ReviewCard {
  id: string;
  group: string;
  note: string;
  section: string;
  place: string;
  kind: string;
  front: string;
  back: string;
  foot: string;
  rests: string[];
  tags: string[];
  /** Of a card with fresh numbers: fronts and backs. */
  variants?: [string, string][];
}

/** A card as the index has it. */
export interface Entry {
  id: string;
  group: string;
  section: string;
  note: string;
}

export interface Note {
  name: string;
  title: string;
  url: string;
  script: string;
  sections: Record<string, string>;
}

interface Index {
  lang: string;
  notes: (Note & { cards: [string, string, string][] })[];
}

declare global {
  interface Window {
    qedeckDeck?: (index: Index) => void;
    qedeckNote?: (name: string, cards: ReviewCard[]) => void;
  }
}

const loaded = new Map<string, Promise<Map<string, ReviewCard>>>();
const arrived = new Map<string, ReviewCard[]>();

export class Deck {
  readonly notes: Map<string, Note>;
  readonly entries: Entry[];
  readonly byId: Map<string, Entry>;

  private constructor(
    index: Index,
    private readonly root: string,
  ) {
    this.notes = new Map(index.notes.map((note) => [note.name, note]));
    this.entries = index.notes.flatMap(({ name, cards }) =>
      cards.map(([id, group, section]) => ({ id, group, section, note: name })),
    );
    this.byId = new Map(this.entries.map((entry) => [entry.id, entry]));
  }

  /** The deck of the site whose root is at an address relative to the page. */
  static async load(root: string): Promise<Deck> {
    let found: Index | null = null;
    window.qedeckDeck = (index) => {
      found = index;
    };
    await script(`${root}assets/qedeck/cards/index.js`);
    if (!found) throw new Error("the index of cards is empty");
    return new Deck(found, root);
  }

  /** A card with its sides. */
  async card(id: string): Promise<ReviewCard> {
    const entry = this.byId.get(id);
    const note = entry && this.notes.get(entry.note);
    const card = note && (await cardsOf(note.name, `${this.root}${note.script}`)).get(id);
    if (!card) throw new Error(`there is no card ${id}`);
    return card;
  }
}

/** The cards of a note, by id. */
export function cardsOf(name: string, address: string): Promise<Map<string, ReviewCard>> {
  const known = loaded.get(name);
  if (known) return known;
  window.qedeckNote = (note, cards) => void arrived.set(note, cards);
  const found = script(address).then(() => {
    const cards = arrived.get(name);
    if (!cards) throw new Error(`${address} holds no cards of ${name}`);
    return new Map(cards.map((card) => [card.id, card]));
  });
  loaded.set(name, found);
  // Without a network it may work the next time.
  found.catch(() => loaded.delete(name));
  return found;
}

/** Run a script of the site: it works from the file system too, where nothing can be fetched. */
export function script(address: string): Promise<void> {
  return new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = () => done();
    element.onerror = () => failed(new Error(`${address} cannot be read`));
    document.head.append(element);
  });
}
