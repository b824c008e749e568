export interface Owner {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  userId: number;
  createdAt: number;
  archived: boolean;
}

const NAMES = [['Ada', 'Byron'], ['Grace', 'Murray'], ['Edith', 'Clarke']] as const;

/** Users that records can belong to. The first is who the app acts for. */
export class Owners {
  readonly all: Owner[];

  constructor(email: string, userId: number, now: number) {
    this.all = NAMES.map(([firstName, lastName], i) => ({
      id: String(41_629_779 + i), email: i === 0 ? email : `${firstName.toLowerCase()}@signalbox.example`, firstName, lastName, userId: userId + i, createdAt: now, archived: false,
    }));
  }

  find(id: string, idProperty = 'id'): Owner | undefined {
    return this.all.find((o) => (idProperty === 'userId' ? String(o.userId) : o.id) === id);
  }

  ids(): string[] {
    return this.all.map((o) => o.id);
  }
}
