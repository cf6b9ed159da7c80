import { failureText } from './failures.ts';
import type { DeliveryView, Role } from './view.ts';

/** The text about a delivery: a title, and a detail about the next step. */
export interface Words {
  readonly title: string;
  readonly detail: string;
}

/** The words for a delivery that has failed. */
export function failedWords(code: DeliveryView['failure'], role: Role): Words {
  const { what, safe } = failureText(code ?? 'internal', role);
  return { title: what, detail: safe };
}
