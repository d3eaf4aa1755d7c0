package dev.argus.deploy;

import software.amazon.awssdk.services.cloudformation.model.StackStatus;

/** What can be done with a stack, as its status says. */
enum StackState {
  /** There is none. */
  ABSENT,
  /** A name and nothing else: a change set was made for it and not carried out. */
  EMPTY,
  /** All is as it was asked for, now or before an update that was taken back. */
  USABLE,
  /** Its creation or removal failed: it can only be removed. */
  BROKEN,
  /** An update failed and could not be taken back: somebody has to see to that. */
  STUCK,
  /** Something is under way. */
  BUSY;

  static StackState of(StackStatus status) {
    return switch (status) {
      case DELETE_COMPLETE -> ABSENT;
      case REVIEW_IN_PROGRESS -> EMPTY;
      case CREATE_COMPLETE,
          UPDATE_COMPLETE,
          UPDATE_ROLLBACK_COMPLETE,
          IMPORT_COMPLETE,
          IMPORT_ROLLBACK_COMPLETE ->
          USABLE;
      case CREATE_FAILED, ROLLBACK_COMPLETE, ROLLBACK_FAILED, DELETE_FAILED -> BROKEN;
      case UPDATE_FAILED, UPDATE_ROLLBACK_FAILED, IMPORT_ROLLBACK_FAILED -> STUCK;
      default -> BUSY;
    };
  }
}
