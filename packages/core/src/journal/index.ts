export { encodeDeliveryRecord, parseDeliveryRecord } from './delivery-record.ts';
export type { DeliveryRecord } from './delivery-record.ts';
export { foldRecord } from './fold.ts';
export { appendRecords, JOURNAL_START, readJournal } from './journal.ts';
export type * from './types.ts';
