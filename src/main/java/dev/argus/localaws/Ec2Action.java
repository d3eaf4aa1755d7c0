package dev.argus.localaws;

/** One action of the EC2 Query protocol. */
@FunctionalInterface
interface Ec2Action {
  /**
   * Does what is asked and writes the answer.
   *
   * @throws Ec2Exception what EC2 answers instead
   */
  void answer(Ec2Parameters parameters, Xml response);
}
