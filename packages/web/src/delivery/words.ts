import { failureText } from './failures.ts';
import type { DeliveryView, Role } from './view.ts';

/** What a delivery says of itself: one line, and what it needs or what comes next. */
export interface Words {
  readonly title: string;
  readonly detail: string;
}

/** A delivery that has failed. */
export function failedWords(code: DeliveryView['failure'], role: Role): Words {
  const { what, safe } = failureText(code ?? 'internal', role);
  return { title: what, detail: safe };
}
