package dev.skerry.s3.operation;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Query parameters that several listings share. */
final class Parameters {
    /** The most entries a page has, whatever the client asks. */
    static final int MAX_PAGE = 1000;

    private Parameters() {}

    /**
     * How many entries the client wants: from 0 to {@value #MAX_PAGE}, which is also what it gets where it does not
     * say.
     *
     * @throws S3Exception with InvalidArgument where that is no such number
     */
    static int pageSize(S3Request request, String parameter) {
        Optional<String> text = request.query(parameter).filter(value -> !value.isEmpty());
        if (text.isEmpty()) {
            return MAX_PAGE;
        }
        return Math.min(number(parameter, text.get(), Integer.MAX_VALUE), MAX_PAGE);
    }

    /**
     * A parameter as a number from 0 to {@code maximum}.
     *
     * @throws S3Exception with InvalidArgument where it is none
     */
    static int number(String parameter, String text, int maximum) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw invalid(parameter, text, "Provided " + parameter + " not an integer or within integer range");
        }
        if (number < 0 || number > maximum) {
            throw invalid(parameter, text, "Argument " + parameter + " must be an integer between 0 and " + maximum);
        }
        return number;
    }

    /**
     * How keys are to be written.
     *
     * @throws S3Exception with InvalidArgument where the client names another encoding than {@code url}
     */
    static UnaryOperator<String> encoding(S3Request request) {
        Optional<String> type = request.query("encoding-type").filter(value -> !value.isEmpty());
        if (type.isEmpty()) {
            return UnaryOperator.identity();
        }
        if (!type.get().equals("url")) {
            throw invalid("encoding-type", type.get(), "Invalid Encoding Method specified in Request");
        }
        return UrlEncoding::encode;
    }

    /** The refusal of a parameter. */
    static S3Exception invalid(String parameter, String value, String message) {
        return S3Exception.of(S3ErrorCode.INVALID_ARGUMENT, message, "ArgumentName", parameter, "ArgumentValue", value);
    }
}
