export { receiverDeliveryMachine } from './receiver/machine.ts';
export { arrivedBytes, failureOfRefusal } from './rules.ts';
export { senderDeliveryMachine } from './sender/machine.ts';
export { deliveryStateOf, isQuiet, shownPathOf } from './delivery-state.ts';
export { pathKindOf, type Path, type PathEnd, type PathKind } from './path.ts';
export type * from './types.ts';
