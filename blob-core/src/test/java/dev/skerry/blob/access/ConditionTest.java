package dev.skerry.blob.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.access.Condition.Quantifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    /** Several values of one field stand side by side with a semicolon between them. */
    private static List<String> values(String field) {
        return field.isEmpty() ? List.of() : Arrays.asList(field.split(";", -1));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "conditions.csv", delimiter = '|')
    void holdsWhereTheTableSays(String operator, String policy, String request, String holds) {
        Quantifier quantifier = operator.startsWith("ForAllValues:")
                ? Quantifier.ALL
                : operator.startsWith("ForAnyValue:") ? Quantifier.ANY : Quantifier.NONE;
        String bare = operator.substring(operator.indexOf(':') + 1);
        boolean ifExists = bare.endsWith("IfExists");
        ConditionOperator known = ConditionOperator.named(ifExists ? bare.replace("IfExists", "") : bare)
                .orElseThrow();
        String asked = request == null ? "" : request;
        RequestContext context = new RequestContext(Map.of("s3:key", values(asked), "aws:username", List.of("jo*")));
        Condition condition = new Condition(known, quantifier, ifExists, "S3:Key", values(policy));

        assertThat(condition.holds(context, true)).isEqualTo(holds.equals("yes"));
    }

    @ParameterizedTest
    @CsvSource({
        "a*c,abc,true",
        "a*c,ac,true",
        "a*c,acb,false",
        "a?c,abc,true",
        "a?c,ac,false",
        "*,'',true",
        "'',a,false",
        "**b**,abba,true",
        "*a*a*a*a*a*a*b,aaaaaaaaaaaaaaaaaaaaaaaa,false",
        "x.y,xzy,false"
    })
    void wildcardsStandForText(String pattern, String text, boolean matches) {
        assertThat(Wildcards.match(pattern, text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "home/${aws:username}/*,home/jo*/file,true",
        "home/${aws:username}/*,home/joe/file,false",
        "${*}x,*x,true",
        "${*}x,ax,false",
        "${$}{a},${a},true",
        "'${absent, ''none''}',none,true"
    })
    void variablesAreFilledInAsText(String pattern, String text, boolean matches) {
        RequestContext context = new RequestContext(Map.of("aws:username", List.of("jo*")));
        Optional<String> filled = Variables.fill(pattern, context);
        assertThat(filled.filter(full -> Wildcards.match(full, text)).isPresent())
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "IpAddress,aws:SourceIp,10.0.0.0/32,true",
        "IpAddress,aws:SourceIp,10.0.0.0/8,true",
        "IpAddress,aws:SourceIp,0.0.0.0/1,false",
        "IpAddress,aws:SourceIp,2001:db8::/16,false",
        "NotIpAddress,aws:SourceIp,10.0.0.0/32,false",
        "StringEquals,aws:PrincipalAccount,123,true",
        "StringLike,aws:PrincipalAccount,12*,false",
        "StringEquals,aws:Referer,http://example.com/,false",
        "StringEquals,aws:UserId,${aws:username},false"
    })
    void onlyFixedOriginsNarrow(String operator, String key, String value, boolean narrows) {
        Condition condition = new Condition(
                ConditionOperator.named(operator).orElseThrow(), Quantifier.NONE, false, key, List.of(value));
        assertThat(condition.narrows()).isEqualTo(narrows);
    }
}
