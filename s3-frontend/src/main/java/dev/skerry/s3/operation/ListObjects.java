package dev.skerry.s3.operation;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.store.Listing;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * ListObjects, ListObjectsV2: one listing in an old and a new dress.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html">ListObjects</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html">ListObjectsV2</a>
 */
final class ListObjects {
    private static final String ROOT = "ListBucketResult";
    private static final String TOKEN = "continuation-token";

    private final Listing listing;
    private final Named named;
    private final Owners owners;

    ListObjects(Listing listing, Named named, Owners owners) {
        this.listing = listing;
        this.named = named;
        this.owners = owners;
    }

    /**
     * What both versions ask.
     *
     * @param owners as the bucket shows them
     * @param limit the size of a page
     * @param encode how keys are written
     */
    private record Question(
            String bucket, Owners owners, String prefix, String delimiter, int limit, UnaryOperator<String> encode) {
        static Question of(Bucket bucket, Owners owners, S3Request request) {
            return new Question(
                    bucket.name(),
                    owners.in(bucket),
                    request.query("prefix").orElse(""),
                    request.query("delimiter").orElse(""),
                    Parameters.pageSize(request, "max-keys"),
                    Parameters.encoding(request));
        }

        Listing.Query after(String after) {
            return new Listing.Query(bucket, prefix, delimiter, after, null, Scope.CURRENT, limit);
        }
    }

    /** ListObjects: goes on after a key the client chooses. */
    S3Response v1(S3Request request) {
        Question question = Question.of(named.bucket(request), owners, request);
        String marker = request.query("marker").orElse("");
        Listing.Page page = listing.list(question.after(marker));
        UnaryOperator<String> encode = question.encode();
        XmlElement result = new XmlElement(ROOT)
                .add("Name", question.bucket())
                .add("Prefix", oldPrefix(question))
                .add("Marker", encode.apply(marker));
        // S3 leaves it to the client to take the last key, unless that may have been folded into a prefix.
        if (page.truncated() && !question.delimiter().isEmpty()) {
            result.add("NextMarker", encode.apply(page.lastKey()));
        }
        addCommon(request, question, page, result);
        for (ListedBlob blob : page.blobs()) {
            result.add(contents(blob, question, true));
        }
        CommonPrefixes.add(page.commonPrefixes(), encode, result);
        return S3Response.ok(result);
    }

    /**
     * Of the old listing's clients some decode the prefix and some do not, so it is written plainly where decoding
     * changes nothing.
     */
    private static String oldPrefix(Question question) {
        String prefix = question.prefix();
        boolean sameDecoded = prefix.indexOf('%') < 0 && prefix.indexOf('+') < 0;
        return sameDecoded ? prefix : question.encode().apply(prefix);
    }

    /** ListObjectsV2: goes on where a token says. */
    S3Response v2(S3Request request) {
        Question question = Question.of(named.bucket(request), owners, request);
        Optional<String> token = request.query(TOKEN);
        Optional<String> startAfter = request.query("start-after");
        String after = token.filter(text -> !text.isEmpty())
                .map(text -> ContinuationToken.read(TOKEN, text))
                .orElse(startAfter.orElse(""));
        Listing.Page page = listing.list(question.after(after));
        UnaryOperator<String> encode = question.encode();
        XmlElement result =
                new XmlElement(ROOT).add("Name", question.bucket()).add("Prefix", encode.apply(question.prefix()));
        token.ifPresent(text -> result.add("ContinuationToken", text));
        if (page.truncated()) {
            result.add("NextContinuationToken", ContinuationToken.write(page.lastKey()));
        }
        startAfter.ifPresent(text -> result.add("StartAfter", encode.apply(text)));
        result.add("KeyCount", page.blobs().size() + page.commonPrefixes().size());
        addCommon(request, question, page, result);
        boolean withOwner =
                request.query("fetch-owner").filter("true"::equalsIgnoreCase).isPresent();
        for (ListedBlob blob : page.blobs()) {
            result.add(contents(blob, question, withOwner));
        }
        CommonPrefixes.add(page.commonPrefixes(), encode, result);
        return S3Response.ok(result);
    }

    private static void addCommon(S3Request request, Question question, Listing.Page page, XmlElement result) {
        result.add("MaxKeys", question.limit());
        if (!question.delimiter().isEmpty()) {
            result.add("Delimiter", question.encode().apply(question.delimiter()));
        }
        request.query("encoding-type")
                .filter(type -> !type.isEmpty())
                .ifPresent(type -> result.add("EncodingType", type));
        result.add("IsTruncated", page.truncated());
    }

    private static XmlElement contents(ListedBlob blob, Question question, boolean withOwner) {
        XmlElement contents = new XmlElement("Contents")
                .add("Key", question.encode().apply(blob.path().key()))
                .add("LastModified", Times.iso(blob.createdAt()))
                .add("ETag", ETags.quoted(blob.etag()));
        ListedChecksums.add(blob, contents);
        contents.add("Size", blob.sizeBytes());
        if (withOwner) {
            contents.add(question.owners().owner(blob.ownerId()));
        }
        return contents.add("StorageClass", blob.storageClass().s3Name());
    }
}
