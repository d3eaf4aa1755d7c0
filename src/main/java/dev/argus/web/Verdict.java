package dev.argus.web;

/** What is said to a photo at the door. */
sealed interface Verdict permits Admission.Permit, Refusal {}
