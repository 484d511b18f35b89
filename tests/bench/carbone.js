// Issues rendered by Carbone with two LibreOffices kept alive: node carbone.js FOLDER-OF-MODULES JOB.json
// JOB: {template, data: [...], out}; prints {seconds}. Both formats of every issue, two at a time, after one of each to warm up.
'use strict'
const fs = require('fs')
const path = require('path')
const carbone = require(path.join(process.argv[2], 'node_modules', 'carbone'))
const job = JSON.parse(fs.readFileSync(process.argv[3], 'utf8'))

function render (n, options, suffix) {
  return new Promise((resolve, reject) => {
    carbone.render(job.template, job.data[n], options, (error, result) => {
      if (error) return reject(error)
      fs.writeFileSync(path.join(job.out, `${n}.${suffix}`), result)
      resolve()
    })
  })
}

async function both (n) {
  await render(n, {}, 'docx')
  await render(n, { convertTo: 'pdf' }, 'pdf')
}

async function lane (numbers) {
  while (numbers.length) await both(numbers.shift())
}

async function measured () {
  const numbers = job.data.map((_, n) => n)
  await Promise.all([both(0), both(1 % job.data.length)])
  const start = process.hrtime.bigint()
  await Promise.all([lane(numbers), lane(numbers)])
  console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - start) / 1e9 }))
}

carbone.set({ factories: 2, startFactory: true, tempPath: job.out })
measured().then(() => process.exit(0), error => { console.error(error); process.exit(1) })
