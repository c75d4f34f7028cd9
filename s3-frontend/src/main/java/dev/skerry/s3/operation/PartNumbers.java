package dev.skerry.s3.operation;

/** The numbers of upload parts. */
final class PartNumbers {
    /** The greatest. */
    static final int MAX = 10_000;

    private PartNumbers() {}

    /**
     * A part number a client names.
     *
     * @throws dev.skerry.s3.error.S3Exception with InvalidArgument where it is none
     */
    static int require(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= MAX) {
                return number;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw Parameters.invalid(
                "partNumber", text, "Part number must be an integer between 1 and " + MAX + ", inclusive");
    }
}
