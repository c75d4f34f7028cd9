package dev.skerry.blob;

/** Whether a version is kept until somebody says otherwise. Off is not the same as never set: S3 shows the one only. */
public enum LegalHold {
    ON,
    OFF
}
