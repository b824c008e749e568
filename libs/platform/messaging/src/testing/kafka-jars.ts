import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '4.4.0';

/** A pom that names one dependency: Maven is only the way to fetch the jars. log4j-core is left out, slf4j-simple logs instead. */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>signalbox</groupId><artifactId>test-kafka</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version>
      <exclusions>
        <exclusion><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId></exclusion>
        <exclusion><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** The folder with Kafka's jars, fetched once per machine (about 40 MB). Rejects with Maven's last words when it cannot. */
export async function kafkaJars(): Promise<string> {
  const cache = join(homedir(), '.cache', 'signalbox', 'kafka');
  const jars = join(cache, VERSION);
  if (await access(jars).then(() => true, () => false)) return jars;
  await mkdir(cache, { recursive: true });
  // Fetched beside and renamed: an interrupted download never looks finished, and two runs at once do no harm.
  const half = await mkdtemp(join(cache, 'fetching-'));
  try {
    await writeFile(join(half, 'pom.xml'), POM);
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(half, 'jars')}`], { cwd: half });
    if (!(await readdir(join(half, 'jars'))).includes(`kafka_2.13-${VERSION}.jar`)) throw new Error('Maven gave no Kafka jar.');
    await rename(join(half, 'jars'), jars).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another run was first
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return jars;
}
