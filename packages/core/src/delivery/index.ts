export { receiverDeliveryMachine } from './receiver/machine.ts';
export { arrivedBytes, failureOfRefusal } from './rules.ts';
export { senderDeliveryMachine } from './sender/machine.ts';
export { deliveryStateOf, isQuiet } from './delivery-state.ts';
export type * from './types.ts';
