package dev.argus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsPolicyTest {
  private static final String GOOD =
      "{'Version':'2012-10-17','Statement':[{'Effect':'Deny','Principal':'*','Action':'s3:*',"
          + "'Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'false'}}}]}";

  private static boolean refuses(String policy) {
    return TlsPolicy.refusesPlainHttp(policy.replace('\'', '"'));
  }

  @Test
  void aDenialOfAllCallsWithoutTlsIsOneHoweverItIsWritten() {
    assertThat(refuses(GOOD)).isTrue();
    assertThat(refuses(GOOD.replace("[{", "{").replace("}]", "}"))).isTrue();
    assertThat(refuses(GOOD.replace("'*','Action':'s3:*'", "{'AWS':['*']},'Action':['SQS:*']")))
        .isTrue();
    assertThat(
            refuses(GOOD.replace("'aws:SecureTransport':'false'", "'AWS:securetransport':[false]")))
        .isTrue();
    assertThat(refuses(GOOD.replace("[{", "[{'Effect':'Allow'},{"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'Deny'|'Allow'",
        "'false'|'true'",
        "'Principal':'*'|'Principal':{'AWS':'arn:aws:iam::1:root'}",
        "'Action':'s3:*'|'Action':'s3:PutObject'",
        "'Bool'|'BoolIfMissing'",
        "'Condition':{|'Condition':{'StringEquals':{'aws:username':'a'},",
        "'aws:SecureTransport'|'aws:SourceIp':'10.0.0.1','aws:SecureTransport'"
      })
  void whatOnlyHasItsWordsIsNone(String part, String other) {
    assertThat(GOOD).contains(part);
    assertThat(refuses(GOOD.replace(part, other))).isFalse();
  }

  @Test
  void noPolicyAndWhatIsNoJsonAreNone() {
    assertThat(TlsPolicy.refusesPlainHttp(null)).isFalse();
    assertThat(TlsPolicy.refusesPlainHttp("")).isFalse();
    assertThat(TlsPolicy.refusesPlainHttp("aws:SecureTransport")).isFalse();
  }
}
